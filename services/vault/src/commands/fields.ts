import { checkVersionFields, MAX_SECRET_BYTES, type CredentialType, type PublicFields, type Refusal } from '@keyturn/contracts';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { mask } from '@keyturn/sealing';
import { z } from 'zod';

/** A schema leaves out a field with that name without a word. */
const namesProto = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__');

const Fields = z
  .unknown()
  .refine((fields) => !namesProto(fields), '__proto__: a field can’t have this name')
  .pipe(z.record(z.string(), z.string()));
const Secret = z.object({ fields: Fields });

export type CheckedFields = {
  readonly publicFields: PublicFields;
  readonly secretFields: Sensitive<Readonly<Record<string, string>>>;
  readonly masks: Readonly<Record<string, string>>;
};

const whyNone = ({ issues }: z.ZodError): string =>
  issues.find(({ code }) => code === 'custom')?.message ?? 'the secret fields are missing';

/** What the schemas of types don't say: they count characters, and field by field. */
const secretIssues = (fields: Readonly<Record<string, string>>): readonly string[] => {
  const bytes = Object.values(fields).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  return [
    ...(Object.values(fields).some((value) => !value.isWellFormed()) ? ['a secret field holds half a character'] : []),
    ...(bytes > MAX_SECRET_BYTES ? [`the secret fields have ${MAX_SECRET_BYTES / 1024} KiB together at most`] : []),
  ];
};

/** Checks both halves of a version against the schema of its type, and makes the masks that listings show. */
export const checkFields = (
  type: CredentialType,
  publicFields: PublicFields,
  secret: Sensitive<unknown> | null,
): Result<CheckedFields, Refusal> => {
  const given = Secret.safeParse(secret?.reveal());
  if (!given.success) return refuse({ code: 'fields-invalid', issues: [whyNone(given.error)] });
  const { fields } = given.data;
  const issues = checkVersionFields(type, publicFields, fields).map(({ path, message }) => `${path}: ${message}`);
  issues.push(...secretIssues(fields));
  if (issues.length > 0) return refuse({ code: 'fields-invalid', issues: issues.slice(0, 20) });
  const masks = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, mask(type, value)]));
  return ok({ publicFields, secretFields: new Sensitive(fields), masks });
};
