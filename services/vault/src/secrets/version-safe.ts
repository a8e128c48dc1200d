import type { Sensitive } from '@keyturn/kernel';
import { openVersion, sealVersion, type VersionSecret } from '@keyturn/sealing';
import type { RegisteredCredential } from '../credential/state.ts';
import type { Version } from '../credential/version.ts';
import type { CommandLog, Write } from '../ports/command-log.ts';
import type { KeyTable } from '../ports/key-table.ts';
import { KeyUnreadable, type WrappedKey } from '../ports/key-wrapper.ts';
import type { KekKeeper } from './kek-keeper.ts';

type Of = { readonly credentialId: string; readonly address: string; readonly version: number };

export type VersionSafe = {
  /** Seals the fields under a DEK of their own; `write` belongs into the transaction of the event that carries `sealed`. */
  seal(of: Of, fields: Sensitive<Readonly<Record<string, string>>>): Promise<{ sealed: Uint8Array; write: Write }>;
  /** Opens a version; throws where its DEK was shredded or anything was tampered with. Whoever asks has recorded the reveal first. */
  open(credential: RegisteredCredential, version: Version): Promise<VersionSecret>;
  /** Reads ciphertext and wrapped key ahead, while the reveal is being recorded. Nothing is unwrapped before `open` is called. */
  prepare(credential: RegisteredCredential, version: Version): PreparedVersion;
};

export type PreparedVersion = { readonly version: number; open(): Promise<VersionSecret> };

type Deps = { readonly log: Pick<CommandLog, 'sealed'>; readonly keys: KeyTable; readonly wrapper: Pick<KekKeeper, 'wrap' | 'unwrap'> };

const scopeOf = (address: string): string => address.split('.')[0] ?? '';

/** Seals and opens versions with DEKs that the key wrapper keeps (design §4). Keeps nothing opened. */
export const versionSafe = ({ log, keys, wrapper }: Deps): VersionSafe => {
  /** Instances that fetch one version at once have it opened together. */
  const opening = new Map<string, Promise<VersionSecret>>();
  const together = (key: string, open: () => Promise<VersionSecret>): Promise<VersionSecret> => {
    const opened = opening.get(key) ?? open().finally(() => opening.delete(key));
    opening.set(key, opened);
    return opened;
  };

  const openRead = async (
    { credentialId, address, version }: Of,
    reading: Promise<[Uint8Array | null, WrappedKey | null]>,
  ): Promise<VersionSecret> => {
    const [sealed, wrapped] = await reading;
    if (!sealed) throw new Error(`version ${version} of ${credentialId} has no ciphertext`);
    if (!wrapped) throw new KeyUnreadable('data-key', `version ${version} of ${credentialId} has no data key`);
    const dek = await wrapper.unwrap(wrapped, { credentialId, version });
    const opened = openVersion({ sealed, dek, credentialId, version, scope: scopeOf(address) });
    dek.reveal().fill(0);
    return opened;
  };

  const prepare: VersionSafe['prepare'] = ({ credentialId, address }, { version, position }) => {
    const reading = Promise.all([log.sealed(position), keys.dek(credentialId, version)]);
    reading.catch(() => undefined); // told by `open`, if anyone calls it
    return {
      version,
      open: () => together(`${credentialId} ${version}`, () => openRead({ credentialId, address, version }, reading)),
    };
  };
  return {
    seal: async ({ credentialId, address, version }, fields) => {
      const { sealed, dek } = sealVersion({ credentialId, version, scope: scopeOf(address), fields });
      const wrapped = await wrapper.wrap(dek, { credentialId, version });
      dek.reveal().fill(0);
      return { sealed, write: { kind: 'wrapped-dek', credentialId, version, ...wrapped } };
    },
    open: (credential, version) => prepare(credential, version).open(),
    prepare,
  };
};
