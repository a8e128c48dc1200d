import type { CredentialSummary, ExportedCredential } from '@keyturn/contracts/api';

/** What is said of a credential, as a row to take away; not even the mask of its value. */
export const exportedOf = (item: CredentialSummary): ExportedCredential => ({
  address: item.address,
  credentialId: item.credentialId,
  credentialType: item.credentialType,
  displayName: item.displayName,
  owner: item.owner,
  isDefault: item.isDefault,
  tags: item.tags.join(' '),
  labels: Object.entries(item.labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' '),
  version: item.current,
  generation: item.generation,
  untested: item.untested,
  expiresAt: item.expiresAt,
  registeredAt: item.registeredAt,
  updatedAt: item.updatedAt,
  originSource: item.origin?.source ?? null,
  originReference: item.origin?.reference ?? null,
  originAddedAt: item.origin?.addedAt ?? null,
  originLastUsedAt: item.origin?.lastUsedAt ?? null,
  originLastTestedAt: item.origin?.lastTestedAt ?? null,
  originTestStatus: item.origin?.testStatus ?? null,
  originUpdatedAt: item.origin?.updatedAt ?? null,
});
