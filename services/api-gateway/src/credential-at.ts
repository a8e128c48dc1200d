import type { Actor } from '@keyturn/contracts';
import type { CredentialView } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, type Result } from '@keyturn/kernel';
import type { VaultClient } from './clients/vault.ts';

/** The credential that has the address now; null where none has. */
export const credentialAt = async (vault: VaultClient, actor: Actor, address: string): Promise<Result<CredentialView | null, Refusal>> => {
  const found = await vault.query('credential.get', { actor, data: { address } });
  if (found.ok) return ok(found.value.status === 'deleted' ? null : found.value);
  return found.refusal.code === 'credential-unknown' ? ok(null) : found;
};
