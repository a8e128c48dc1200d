import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { generateIdentity, type KeyPair } from '@keyturn/sealing';
import type { KeyTable } from '../ports/key-table.ts';
import type { KekKeeper } from './kek-keeper.ts';
import { IDENTITY_CONTEXT } from '../ports/own-key-contexts.ts';

type Wrapper = Pick<KekKeeper, 'wrap' | 'unwrap'>;

const KEY_BYTES = 32;

/** Who this vault is, for all its replicas: made at the very first start. */
export type VaultIdentity = {
  readonly pair: KeyPair;
  /** Tells a repeated command from another one under the same id. */
  readonly fingerprintKey: Sensitive<KeyObject>;
};

/** Loads the identity that every replica shares, or makes it. A wrong KEK throws here, before anything is served. */
export const loadIdentity = async ({ keys, wrapper }: { keys: KeyTable; wrapper: Wrapper }): Promise<VaultIdentity> => {
  const stored = (await keys.identity()) ?? (await makeIdentity(keys, wrapper));
  const privateKey = await wrapper.unwrap(stored, IDENTITY_CONTEXT);
  const derived = new Uint8Array(hkdfSync('sha256', privateKey.reveal(), '', 'keyturn command fingerprints v1', KEY_BYTES));
  return { pair: { publicKey: stored.publicKey, privateKey }, fingerprintKey: new Sensitive(createSecretKey(derived)) };
};

const makeIdentity = async (keys: KeyTable, wrapper: Wrapper) => {
  const made = generateIdentity();
  return keys.storeIdentity({ publicKey: made.publicKey, ...(await wrapper.wrap(made.privateKey, IDENTITY_CONTEXT)) });
};
