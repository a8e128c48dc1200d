import { z } from 'zod';
import { Strategy } from '../words.ts';
import { CREDENTIAL_TYPES, CredentialType } from './registry.ts';
import { strategiesOf } from './strategies.ts';

/** One field of a type, as a form needs it. */
export const FieldView = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string().nullable(),
  placeholder: z.string().nullable(),
  secret: z.boolean(),
  required: z.boolean(),
  /** Without it the credential can be kept, but not rotated. */
  neededToRotate: z.boolean(),
  /** The values to choose from, where they are few. */
  choices: z.array(z.string()).nullable(),
  /** It has several lines. */
  lines: z.boolean(),
});
export type FieldView = z.infer<typeof FieldView>;

/** A type of credential as plain data: what it is, its form, and the JSON Schema of its fields. */
export const CredentialTypeView = z.object({
  type: CredentialType,
  title: z.string(),
  lead: z.string(),
  provider: z.string().nullable(),
  icon: z.string(),
  docsUrl: z.string().nullable(),
  mask: z.enum(['ends', 'whole']),
  /** The secret field that is meant where only "the secret" is given. */
  mainSecret: z.string(),
  /** A new value is tested at the provider before it is current. */
  tested: z.boolean(),
  /** How credentials of it can be rotated: the first needs no person, where it can be had. */
  strategies: z.array(Strategy),
  /** It takes other fields besides those in the list. */
  anyFields: z.boolean(),
  fields: z.array(FieldView),
  /** JSON Schema (2020-12) of `{ publicFields, secretFields }`. */
  schema: z.record(z.string(), z.unknown()),
});
export type CredentialTypeView = z.infer<typeof CredentialTypeView>;
export const CredentialTypeList = z.object({ items: z.array(CredentialTypeView) });
export type CredentialTypeList = z.infer<typeof CredentialTypeList>;

/** The fields of a type in the order of its form. */
export const fieldViews = (type: CredentialType): readonly FieldView[] => {
  const { publicFields, secretFields, display, neededToRotate, mainSecret } = CREDENTIAL_TYPES[type];
  return display.map(({ name, label, help = null, placeholder = null, lines = false }) => {
    const given = secretFields.shape[name] ?? publicFields.shape[name];
    const inner = given instanceof z.ZodOptional ? given.unwrap() : given;
    return {
      name,
      label,
      help,
      placeholder,
      secret: Object.hasOwn(secretFields.shape, name) || name === mainSecret,
      required: !(given instanceof z.ZodOptional),
      neededToRotate: neededToRotate.includes(name),
      choices: inner instanceof z.ZodEnum ? inner.options.map(String) : null,
      lines,
    };
  });
};

/** A type of credential as the API serves it. */
export const typeView = (type: CredentialType): CredentialTypeView => {
  const { title, lead, provider, icon, docsUrl, mask, mainSecret, publicFields, secretFields, neededToTest } = CREDENTIAL_TYPES[type];
  const tested = neededToTest !== undefined;
  const schema = z.toJSONSchema(z.object({ publicFields, secretFields }));
  const fields = [...fieldViews(type)];
  const anyFields = secretFields.def.catchall !== undefined && !(secretFields.def.catchall instanceof z.ZodNever);
  return {
    type,
    title,
    lead,
    provider,
    icon,
    docsUrl,
    mask,
    mainSecret,
    tested,
    strategies: [...strategiesOf(type)],
    anyFields,
    fields,
    schema: { ...schema },
  };
};

/** Every type, in the order in which they are offered. */
export const typeViews = (): CredentialTypeView[] => CredentialType.options.map(typeView);
