import { CREDENTIAL_TYPES, type CredentialType, type PublicFields, type Refusal } from '@keyturn/contracts';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { mask } from '@keyturn/sealing';
import { z } from 'zod';

/** Made once: making a schema takes zod longer than using it. */
const STRICT = Object.fromEntries(
  Object.entries(CREDENTIAL_TYPES).map(([type, { publicFields, secretFields }]) => [
    type,
    { publicFields: z.strictObject(publicFields.shape), secretFields: z.strictObject(secretFields.shape) },
  ]),
);

const Secret = z.object({ fields: z.record(z.string(), z.string()) });

export type CheckedFields = {
  readonly publicFields: PublicFields;
  readonly secretFields: Sensitive<Readonly<Record<string, string>>>;
  readonly masks: Readonly<Record<string, string>>;
};

/** Says where a field is wrong, never what was in it. */
const issuesOf = (error: z.ZodError): string[] =>
  error.issues.map((issue) => `${issue.path.join('.') || 'fields'}: ${issue.code.replaceAll('_', ' ')}`);

/** Checks both halves of a version against the schema of its type, and makes the masks that listings show. */
export const checkFields = (
  type: CredentialType,
  publicFields: PublicFields,
  secret: Sensitive<unknown> | null,
): Result<CheckedFields, Refusal> => {
  const given = Secret.safeParse(secret?.reveal());
  if (!given.success) return refuse({ code: 'fields-invalid', issues: ['the secret fields are missing'] });
  const schema = STRICT[type];
  if (!schema) throw new Error(`the type ${type} has no schema`);
  const known = schema.publicFields.safeParse(publicFields);
  const hidden = schema.secretFields.safeParse(given.data.fields);
  const issues = [...(known.success ? [] : issuesOf(known.error)), ...(hidden.success ? [] : issuesOf(hidden.error))];
  if (Object.values(given.data.fields).some((value) => !value.isWellFormed())) issues.push('a secret field holds half a character');
  if (issues.length > 0) return refuse({ code: 'fields-invalid', issues });
  const masks = Object.fromEntries(Object.entries(given.data.fields).map(([name, value]) => [name, mask(type, value)]));
  return ok({ publicFields, secretFields: new Sensitive(given.data.fields), masks });
};
