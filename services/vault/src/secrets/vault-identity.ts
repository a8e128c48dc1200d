import { hkdfSync } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { generateIdentity, type KeyPair } from '@keyturn/sealing';
import type { KeyTable } from '../ports/key-table.ts';
import type { KeyWrapper } from '../ports/key-wrapper.ts';

const CONTEXT = { purpose: 'vault identity' } as const;
const KEY_BYTES = 32;

/** Who this vault is, for all its replicas: made at the very first start. */
export type VaultIdentity = {
  readonly pair: KeyPair;
  /** Tells a repeated command from another one under the same id. */
  readonly fingerprintKey: Sensitive<Uint8Array>;
};

/** Loads the identity that every replica shares, or makes it. A wrong KEK throws here, before anything is served. */
export const loadIdentity = async ({ keys, wrapper }: { keys: KeyTable; wrapper: KeyWrapper }): Promise<VaultIdentity> => {
  const stored = (await keys.identity()) ?? (await makeIdentity(keys, wrapper));
  const privateKey = await wrapper.unwrap(stored, CONTEXT);
  const derived = hkdfSync('sha256', privateKey.reveal(), '', 'keyturn command fingerprints v1', KEY_BYTES);
  return { pair: { publicKey: stored.publicKey, privateKey }, fingerprintKey: new Sensitive(new Uint8Array(derived)) };
};

const makeIdentity = async (keys: KeyTable, wrapper: KeyWrapper) => {
  const made = generateIdentity();
  return keys.storeIdentity({ publicKey: made.publicKey, ...(await wrapper.wrap(made.privateKey, CONTEXT)) });
};
