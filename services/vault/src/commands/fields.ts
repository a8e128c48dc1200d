import { checkVersionFields, type CredentialType, type PublicFields, type Refusal } from '@keyturn/contracts';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { mask } from '@keyturn/sealing';
import { z } from 'zod';

const Secret = z.object({ fields: z.record(z.string(), z.string()) });

export type CheckedFields = {
  readonly publicFields: PublicFields;
  readonly secretFields: Sensitive<Readonly<Record<string, string>>>;
  readonly masks: Readonly<Record<string, string>>;
};

/** Checks both halves of a version against the schema of its type, and makes the masks that listings show. */
export const checkFields = (
  type: CredentialType,
  publicFields: PublicFields,
  secret: Sensitive<unknown> | null,
): Result<CheckedFields, Refusal> => {
  const given = Secret.safeParse(secret?.reveal());
  if (!given.success) return refuse({ code: 'fields-invalid', issues: ['the secret fields are missing'] });
  const { fields } = given.data;
  const issues = checkVersionFields(type, publicFields, fields).map(({ path, message }) => `${path}: ${message}`);
  if (Object.values(fields).some((value) => !value.isWellFormed())) issues.push('a secret field holds half a character');
  if (issues.length > 0) return refuse({ code: 'fields-invalid', issues: issues.slice(0, 20) });
  const masks = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, mask(type, value)]));
  return ok({ publicFields, secretFields: new Sensitive(fields), masks });
};
