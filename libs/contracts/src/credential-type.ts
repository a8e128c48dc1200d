import { z } from 'zod';
import type { CredentialType } from './words.ts';

/** What a type of credential consists of. Public fields may be shown; secret ones leave the vault only sealed. */
export type TypeDefinition = {
  readonly title: string;
  readonly publicFields: z.ZodObject;
  readonly secretFields: z.ZodObject;
};

const databasePassword = {
  title: 'Database password',
  publicFields: z.object({
    host: z.string().min(1).max(253),
    port: z.string().regex(/^[0-9]{1,5}$/, 'a port is a number'),
    database: z.string().min(1).max(63),
    username: z.string().min(1).max(63),
    sslmode: z.enum(['disable', 'prefer', 'require', 'verify-full']).optional(),
  }),
  secretFields: z.object({ password: z.string().min(1).max(1024) }),
} as const satisfies TypeDefinition;

export const CREDENTIAL_TYPES: Record<CredentialType, TypeDefinition> = { database_password: databasePassword };

export const DatabasePasswordFields = databasePassword.publicFields.extend(databasePassword.secretFields.shape);
/** All fields of a `database_password`, the secret one included: only ever inside `Sensitive`. */
export type DatabasePasswordFields = z.infer<typeof DatabasePasswordFields>;
