import { SealingKeys, type SealingKey } from '@keyturn/contracts';
import type { Clock } from '@keyturn/kernel';
import { fromBase64Url } from './base64url.ts';
import { canonicalBytes } from './canonical-json.ts';

/** The vault's sealing keys are not what they should be: no secret may be sealed to them. */
export class SealingKeysUntrusted extends Error {
  override readonly name = 'SealingKeysUntrusted';
}

/** The bytes that the vault's identity signs: every field of a sealing key but the signature. */
export const sealingKeyStatement = ({ id, publicKey, notAfter }: Omit<SealingKey, 'signature'>): Uint8Array<ArrayBuffer> =>
  canonicalBytes({ statement: 'keyturn sealing key v1', id, publicKey, notAfter });

/**
 * Checks every key's signature by the vault's identity, and that identity against the pinned one. Throws `SealingKeysUntrusted` at the
 * first that doesn't hold. Without a pin the channel itself must be trusted (the gateway's and the worker's own NATS account).
 */
export const verifySealingKeys = async (published: unknown, pinnedIdentity?: string): Promise<readonly SealingKey[]> => {
  const { identityPublicKey, keys } = SealingKeys.parse(published);
  if (pinnedIdentity !== undefined && identityPublicKey !== pinnedIdentity) {
    throw new SealingKeysUntrusted('the vault shows another identity than the pinned one');
  }
  const raw = fromBase64Url(identityPublicKey);
  if (raw?.length !== 32) throw new SealingKeysUntrusted('the identity of the vault is not an Ed25519 public key');
  const identity = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
  for (const key of keys) {
    const signature = fromBase64Url(key.signature);
    if (!signature || !(await crypto.subtle.verify('Ed25519', identity, signature, sealingKeyStatement(key)))) {
      throw new SealingKeysUntrusted(`sealing key ${key.id} was not signed by the identity of the vault`);
    }
  }
  return keys;
};

/** The key to seal to: of those that have not ended, the one that lasts longest. Null where all have ended. */
export const newestSealingKey = (keys: readonly SealingKey[], clock: Clock): SealingKey | null => {
  const now = clock.now().getTime();
  const alive = keys.filter((key) => Date.parse(key.notAfter) > now);
  return alive.toSorted((a, b) => Date.parse(b.notAfter) - Date.parse(a.notAfter))[0] ?? null;
};
