import { Address, CREDENTIAL_TYPES, checkVersionFields, CredentialType } from '@keyturn/contracts';
import { fieldViews } from '@keyturn/contracts/credential-types';
import type { FieldView } from '@keyturn/contracts/credential-types';
import { strings } from '../../strings.ts';

/** What was typed into a form. */
export type Typed = Pick<FormData, 'get'>;
export type FieldErrors = Readonly<Record<string, string | null>>;

/** The types to choose from, in the order of the registry. */
export const TYPE_CHOICES = CredentialType.options.map((value) => ({ value, label: CREDENTIAL_TYPES[value].title }));

export const titleOfType = (type: CredentialType): string => CREDENTIAL_TYPES[type].title;

/** The form of a type of credential, as the contracts have it: public fields first, then what is secret. */
export const formFields = (type: CredentialType): readonly FieldView[] =>
  fieldViews(type).toSorted((one, other) => Number(one.secret) - Number(other.secret));

/** The text of a field; empty where there is none. */
export const typedIn = (form: Typed, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

/** The fields of a version as they were typed; empty ones are left out. */
export const readFields = (type: CredentialType, form: Typed) => {
  const filled = (secret: boolean): Record<string, string> =>
    Object.fromEntries(
      fieldViews(type)
        .filter((field) => field.secret === secret)
        .map(({ name }): [string, string] => [name, typedIn(form, name)])
        .filter(([, value]) => value !== ''),
    );
  return { publicFields: filled(false), secretFields: filled(true) };
};

/** What is wrong with the fields of a version, by name, in the words of its type. */
export const checkFields = (type: CredentialType, form: Typed): FieldErrors => {
  const { publicFields, secretFields } = readFields(type, form);
  return Object.fromEntries(checkVersionFields(type, publicFields, secretFields).map(({ path, message }) => [path, message]));
};

export const checkAddress = (value: string): string | null => {
  if (value === '') return strings.register.required(strings.register.address);
  return Address.safeParse(value).error?.issues[0]?.message ?? null;
};
