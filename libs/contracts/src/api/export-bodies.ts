import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { Address, CredentialId } from '../words.ts';

const Text = z.string().nullable();

/** A row of an export: what is known of a credential, and nothing of its value. The fields' order is that of CSV's columns. */
export const ExportedCredential = z.object({
  address: Address,
  credentialId: CredentialId,
  credentialType: CredentialType,
  displayName: Text,
  owner: Text,
  isDefault: z.boolean(),
  tags: z.string(),
  labels: z.string(),
  version: z.int().nullable(),
  generation: z.int(),
  untested: Text,
  expiresAt: Text,
  registeredAt: Text,
  updatedAt: Text,
  originSource: Text,
  originReference: Text,
  originAddedAt: Text,
  originLastUsedAt: Text,
  originLastTestedAt: Text,
  originTestStatus: Text,
  originUpdatedAt: Text,
});
export type ExportedCredential = z.infer<typeof ExportedCredential>;
