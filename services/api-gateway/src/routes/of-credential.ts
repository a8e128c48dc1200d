import { CredentialId, Epoch } from '@keyturn/contracts';
import { z } from 'zod';

// What routes about one credential, or one rotation of it, take in their paths, and what they may all be told.

export const OfCredential = z.object({ credentialId: CredentialId });
export const OfEpoch = z.object({ credentialId: CredentialId, epoch: z.coerce.number().pipe(Epoch) });

/** It is not there, or no more. */
export const CREDENTIAL_GONE = ['credential-unknown', 'credential-deleted', 'credential-deleting'] as const;
/** Nor is the rotation. */
export const ROTATION_GONE = [...CREDENTIAL_GONE, 'rotation-unknown', 'rotation-closed'] as const;

/** What may be said to whoever wants to see a secret. */
export const REVEAL_PROBLEMS = [
  ...CREDENTIAL_GONE,
  'credential-disabled',
  'not-revealable',
  'recent-login-required',
  'version-unknown',
  'version-revoked',
  'version-discarded',
  'fields-invalid',
  'link-unknown',
  'seal-invalid',
  'seal-expired',
] as const;
