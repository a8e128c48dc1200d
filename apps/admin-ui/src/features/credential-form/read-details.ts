import { Labels, slug } from '@keyturn/contracts';
import type { ChangeDetailsBody, CredentialView } from '@keyturn/contracts/api';
import { strings } from '../../strings.ts';
import type { FieldErrors, Typed } from './typed.ts';
import { typedIn } from './typed.ts';

const text = strings.forms.details;

/** Tags as people type them: with commas or blanks between, in any case. */
const readTags = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[\s,]+/)
      .filter((word) => word !== '')
      .map(slug),
  ),
];

const linesOf = (typed: string): readonly string[] =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const LABEL = /^([^:=\s]+)\s*[:=]\s*(.*)$/;

const readLabels = (typed: string): Record<string, string> =>
  Object.fromEntries(
    linesOf(typed).flatMap((line): [string, string][] => {
      const [, name, value = ''] = LABEL.exec(line) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );

/** Labels as the form shows them: one a line. */
export const labelLines = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

const isLabel = (line: string): boolean => {
  const [, name, value = ''] = LABEL.exec(line) ?? [];
  return name !== undefined && Labels.safeParse({ [name]: value }).success;
};

const two = (part: number): string => String(part).padStart(2, '0');

/** The day of an instant, where the reader is, as an input for dates has it. */
export const dayOf = (instant: string | null): string => {
  if (instant === null) return '';
  const date = new Date(instant);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** The end of a day, where the reader is. */
const endOf = (day: string): string => new Date(`${day}T23:59:59.000`).toISOString();

export const checkDetails = (form: Typed): FieldErrors => {
  const wrong = linesOf(typedIn(form, 'labels')).find((line) => !isLabel(line));
  return wrong === undefined ? {} : { labels: text.labelWrong(wrong) };
};

/** What was typed, whole. */
const readDetails = (form: Typed) => ({
  displayName: typedIn(form, 'displayName').trim(),
  owner: typedIn(form, 'owner').trim(),
  notes: typedIn(form, 'notes').trim(),
  tags: readTags(typedIn(form, 'tags')),
  labels: readLabels(typedIn(form, 'labels')),
  expiresOn: typedIn(form, 'expiresOn'),
  isDefault: typedIn(form, 'isDefault') !== '',
});

/** When a new value ends; nothing where that was left open. */
export const saidOfExpiry = (form: Typed): { readonly expiresAt?: string } => {
  const day = typedIn(form, 'expiresOn');
  return day === '' ? {} : { expiresAt: endOf(day) };
};

/** The details of a new credential; what is empty is left out. */
export const newDetails = (form: Typed) => {
  const { displayName, owner, notes, tags, labels, expiresOn, isDefault } = readDetails(form);
  return {
    ...(displayName === '' ? {} : { displayName }),
    ...(owner === '' ? {} : { owner }),
    ...(notes === '' ? {} : { notes }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(expiresOn === '' ? {} : { expiresAt: endOf(expiresOn) }),
    ...(isDefault ? { isDefault } : {}),
  };
};

export type DetailsBefore = Pick<CredentialView, 'displayName' | 'owner' | 'notes' | 'tags' | 'labels' | 'expiresAt' | 'isDefault'>;

const isSame = (before: string | null, after: string): boolean => (before ?? '') === after;
const orNull = (text: string): string | null => (text === '' ? null : text);

/** The labels that changed, one by one; one that is gone is null. */
const changedLabels = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) => {
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  const set = Object.entries(after).filter(([name, value]) => before[name] !== value);
  const labels: Record<string, string | null> = { ...Object.fromEntries(gone.map((name) => [name, null])), ...Object.fromEntries(set) };
  return Object.keys(labels).length === 0 ? {} : { labels };
};

/** Only what differs from what it was, as the API wants it: null clears. */
export const changedDetails = (before: DetailsBefore, form: Typed): ChangeDetailsBody => {
  const { displayName, owner, notes, tags, labels, expiresOn, isDefault } = readDetails(form);
  return {
    ...(isSame(before.displayName, displayName) ? {} : { displayName: orNull(displayName) }),
    ...(isSame(before.owner, owner) ? {} : { owner: orNull(owner) }),
    ...(isSame(before.notes, notes) ? {} : { notes: orNull(notes) }),
    ...(tags.join() === before.tags.join() ? {} : { tags }),
    ...changedLabels(before.labels, labels),
    ...(expiresOn === dayOf(before.expiresAt) ? {} : { expiresAt: expiresOn === '' ? null : endOf(expiresOn) }),
    ...(isDefault === before.isDefault ? {} : { isDefault }),
  };
};
