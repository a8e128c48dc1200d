import { Address, CREDENTIAL_TYPES, checkPublicFields, checkVersionFields, CredentialType } from '@keyturn/contracts';
import type { FieldIssue } from '@keyturn/contracts';
import { fieldViews } from '@keyturn/contracts/credential-types';
import type { FieldView } from '@keyturn/contracts/credential-types';
import { strings } from '../../strings.ts';
import { checkExtra, extraInputOf, readExtra } from './extra-fields.ts';
import type { FieldErrors, Typed } from './typed.ts';
import { typedIn } from './typed.ts';

/** The types to choose from, in the order of the registry. */
export const TYPE_CHOICES = CredentialType.options.map((value) => ({ value, label: CREDENTIAL_TYPES[value].title }));

export const titleOfType = (type: CredentialType): string => CREDENTIAL_TYPES[type].title;

/** The form of a type of credential, as the contracts have it: public fields first, then what is secret. */
export const formFields = (type: CredentialType): readonly FieldView[] =>
  fieldViews(type).toSorted((one, other) => Number(one.secret) - Number(other.secret));

/** What people call a field of a type; a field that the type doesn't list is called by its name. */
export const labelOfField = (type: CredentialType, name: string): string =>
  fieldViews(type).find((field) => field.name === name)?.label ?? name;

/** The type takes fields beside those that it lists. */
export const takesAnyFields = (type: CredentialType): boolean => type === 'generic';

/** The fields of a version as they were typed; empty ones are left out. */
export const readFields = (type: CredentialType, form: Typed) => {
  const filled = (secret: boolean): Record<string, string> => ({
    ...Object.fromEntries(
      fieldViews(type)
        .filter((field) => field.secret === secret)
        .map(({ name }): [string, string] => [name, typedIn(form, name)])
        .filter(([, value]) => value !== ''),
    ),
    ...readExtra(form, secret ? 'secret' : 'public'),
  });
  return { publicFields: filled(false), secretFields: filled(true) };
};

/** Each sentence at the input that it is about. */
const errorsOf = (type: CredentialType, form: Typed, issues: readonly FieldIssue[]): FieldErrors => {
  const declared = new Set(fieldViews(type).map(({ name }) => name));
  const inputOf = (path: string): string => (declared.has(path) ? path : (extraInputOf(form, path) ?? path));
  return Object.fromEntries(issues.toReversed().map(({ path, message }) => [inputOf(path), message]));
};

type PublicFields = Readonly<Record<string, string>>;

/** What is wrong with the fields of a version, by input, in the words of its type. */
export const checkFields = (type: CredentialType, form: Typed): FieldErrors => {
  const { publicFields, secretFields } = readFields(type, form);
  return { ...errorsOf(type, form, checkVersionFields(type, publicFields, secretFields)), ...checkExtra(form) };
};

/** The same where the public fields stay as they are. */
export const checkSecret = (type: CredentialType, publicFields: PublicFields, form: Typed): FieldErrors => ({
  ...errorsOf(type, form, checkVersionFields(type, publicFields, readFields(type, form).secretFields)),
  ...checkExtra(form),
});

/** The same where the secret fields stay as they are. */
export const checkPublic = (type: CredentialType, form: Typed): FieldErrors => ({
  ...errorsOf(type, form, checkPublicFields(type, readFields(type, form).publicFields)),
  ...checkExtra(form),
});

/** The public fields that differ from what they were; one that is gone is empty, as the API wants it. */
export const changedPublicFields = (before: PublicFields, after: PublicFields): Record<string, string> => ({
  ...Object.fromEntries(
    Object.keys(before)
      .filter((name) => after[name] === undefined)
      .map((name) => [name, '']),
  ),
  ...Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value)),
});

export const checkAddress = (value: string): string | null => {
  if (value === '') return strings.forms.required(strings.forms.register.address);
  return Address.safeParse(value).error?.issues[0]?.message ?? null;
};
