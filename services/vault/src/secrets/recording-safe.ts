import { EnvelopeUnreadable, type VersionSecret } from '@keyturn/sealing';
import type { OpenRefusalRecorder } from '../commands/open-refusal-recorder.ts';
import { KeyUnreadable } from '../ports/key-wrapper.ts';
import type { VersionSafe } from './version-safe.ts';

/** A stored version does not open, and the log says so. Whoever asked is told only that. */
export class VersionUnreadable extends Error {
  override readonly name = 'VersionUnreadable';
  readonly version: number;

  constructor(version: number, cause: Error) {
    super(cause.message, { cause });
    this.version = version;
  }
}

/** The same safe, which records what does not open before it says no. */
export const recordingSafe = (safe: VersionSafe, record: OpenRefusalRecorder['record']): VersionSafe => {
  const prepare: VersionSafe['prepare'] = (credential, version) => {
    const prepared = safe.prepare(credential, version);
    const open = async (): Promise<VersionSecret> => {
      try {
        return await prepared.open();
      } catch (fault) {
        if (!(fault instanceof EnvelopeUnreadable || fault instanceof KeyUnreadable)) throw fault;
        const part = fault instanceof KeyUnreadable ? fault.part : 'ciphertext';
        const { credentialId, address } = credential;
        await record({ credentialId, address, version: version.version, part, sentence: fault.message });
        throw new VersionUnreadable(version.version, fault);
      }
    };
    return { version: prepared.version, open };
  };
  return { ...safe, open: (credential, version) => prepare(credential, version).open(), prepare };
};
