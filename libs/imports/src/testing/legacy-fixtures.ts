import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type FernetKey, parseKeyFile } from '../fernet/fernet-key.ts';

/** What must come out of the legacy system: `truth.json`. */
const Truth = z.array(
  z.object({
    id: z.int().optional(),
    table: z.literal('service_credentials').optional(),
    user_id: z.string().optional(),
    service: z.string().optional(),
    credential_type: z.string().optional(),
    keycloak_user: z.string().optional(),
    provider: z.string().optional(),
    env: z.string().optional(),
    secret: z.string().nullable(),
    kind: z.enum(['ok', 'corrupt', 'other-key']),
  }),
);

/** Where a file of the synthetic legacy system is. */
export const legacyPath = (name: string): string => fileURLToPath(new URL(`../../fixtures/legacy/${name}`, import.meta.url));

export const readLegacy = (name: string): string => readFileSync(legacyPath(name), 'utf8');

export const legacyTruth = (): z.infer<typeof Truth> => Truth.parse(JSON.parse(readLegacy('truth.json')));

export const legacyKeys = (): readonly FernetKey[] => {
  const keys = parseKeyFile(readLegacy('ENCRYPTION_KEY'));
  if ('wrongLine' in keys) throw new Error('the fixture holds no key');
  return keys;
};
