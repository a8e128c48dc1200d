import type { ChangedDetails, Details, DetailsChange, Labels, Origin } from '@keyturn/contracts';
import { ok, refuse } from '@keyturn/kernel';
import type { CommandOf } from './command.ts';
import { type Decided, eventsOf } from './happened.ts';
import type { CredentialDetails, RegisteredCredential } from './state.ts';

export const detailsOf = (data: Details & { readonly origin?: Origin | undefined }): CredentialDetails => ({
  displayName: data.displayName ?? null,
  labels: data.labels ?? {},
  notes: data.notes ?? null,
  tags: data.tags ?? [],
  owner: data.owner ?? null,
  expiresAt: data.expiresAt ?? null,
  origin: data.origin ?? null,
});

/** One spelling for one moment, so that times of all sources sort as texts. */
export const instant = (time: string): string => new Date(time).toISOString();

/** A time as the log keeps it; what is empty is left out, so a registration without details reads as it always did. */
export const tidyDetails = ({ displayName, labels, notes, tags, owner, expiresAt }: Details): Details => ({
  ...(displayName === undefined || displayName === '' ? {} : { displayName }),
  ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
  ...(notes === undefined || notes === '' ? {} : { notes }),
  ...(tags === undefined || tags.length === 0 ? {} : { tags: tidyTags(tags) }),
  ...(owner === undefined ? {} : { owner }),
  ...(expiresAt === undefined ? {} : { expiresAt: instant(expiresAt) }),
});

const tidyTags = (tags: readonly string[]): string[] => [...new Set(tags)].toSorted();

/** As many as a registration may bring, too. */
const MOST_TAGS = 32;

const mergeLabels = (known: Labels, changes: Readonly<Record<string, string | null>>): Labels =>
  Object.fromEntries(Object.entries({ ...known, ...changes }).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));

/** The details as a change leaves them: only those that it names. */
const applyChange = (state: CredentialDetails, change: DetailsChange): ChangedDetails => {
  const { displayName, labels, notes, tags, owner, expiresAt } = change;
  return {
    ...(displayName === undefined ? {} : { displayName: displayName === '' ? null : displayName }),
    ...(labels === undefined ? {} : { labels: mergeLabels(state.labels, labels) }),
    ...(notes === undefined ? {} : { notes: notes === '' ? null : notes }),
    ...(tags === undefined ? {} : { tags: tidyTags(tags ?? []) }),
    ...(owner === undefined ? {} : { owner }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : instant(expiresAt) }),
  };
};

const DETAILS = ['displayName', 'labels', 'notes', 'tags', 'owner', 'expiresAt'] as const;

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    : value;
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** Records the details that really change; none of them, no event. */
export const changeDetails = (
  { changes, addTags, removeTags }: CommandOf<'credential.change-details'>,
  state: RegisteredCredential,
): Decided => {
  const applied = applyChange(state, changes);
  const before = applied.tags ?? state.tags;
  const tags = tidyTags([...before, ...(addTags ?? [])].filter((tag) => removeTags?.includes(tag) !== true));
  if (tags.length > MOST_TAGS) return refuse({ code: 'fields-invalid', issues: [`tags: at most ${MOST_TAGS}`] });
  const wanted: ChangedDetails = addTags || removeTags ? { ...applied, tags } : applied;
  const changed = Object.fromEntries(
    DETAILS.filter((name) => wanted[name] !== undefined && !isSame(wanted[name], state[name])).map((name) => [name, wanted[name]]),
  );
  return ok(Object.keys(changed).length === 0 ? [] : [eventsOf(state)('credential.details-changed', { changed })]);
};

/** The state with those details that an event of their change names. */
export const evolveDetails = (state: RegisteredCredential, { displayName, labels, notes, tags, owner, expiresAt }: ChangedDetails) => ({
  ...state,
  ...(displayName === undefined ? {} : { displayName }),
  ...(labels === undefined ? {} : { labels }),
  ...(notes === undefined ? {} : { notes }),
  ...(tags === undefined ? {} : { tags }),
  ...(owner === undefined ? {} : { owner }),
  ...(expiresAt === undefined ? {} : { expiresAt, versions: endingWith(state, expiresAt) }),
});

/** The date is the current version's, and goes with it. */
const endingWith = ({ versions, current }: RegisteredCredential, expiresAt: string | null) =>
  versions.map((known) => (known.version === current ? { ...known, expiresAt } : known));
