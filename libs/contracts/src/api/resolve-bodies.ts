import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { Address, CredentialId, VersionNumber } from '../words.ts';

/** `GET /api/v1/credentials/resolve`, snake_case. From the environment it has neither an id nor a version. */
export const ResolvedCredential = z.object({
  source: z.enum(['user', 'system', 'environment']),
  credential_id: CredentialId.nullable(),
  address: Address,
  credential_type: CredentialType,
  version: VersionNumber.nullable(),
  generation: z.int().nullable(),
  /** Public and secret ones. */
  fields: z.record(z.string(), z.string()),
});
export type ResolvedCredential = z.infer<typeof ResolvedCredential>;
