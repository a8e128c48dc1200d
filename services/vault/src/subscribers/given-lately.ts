import { recentMap, type Sensitive } from '@keyturn/kernel';

/** One instance's copy of a version. */
export type Copy = { readonly consumer: string; readonly instance: string; readonly credentialId: string; readonly version: number };

/**
 * What this replica gave to whom lately, so that the acknowledgement that follows costs no reading and opens nothing. Only a shortcut: what
 * isn't here is in Postgres. Of a version it keeps the key of its acknowledgements, which opens nothing else.
 */
export type GivenLately = {
  remember(copy: Copy, given: { readonly nonce: string; readonly ackKey: Sensitive<string> }): void;
  nonce(copy: Copy): string | undefined;
  ackKey(of: Pick<Copy, 'credentialId' | 'version'>): Sensitive<string> | undefined;
  /** The credential that had the address when it was last given. */
  idAt(address: string): string | undefined;
  met(address: string, credentialId: string): void;
};

const COPIES = 10_000;
const VERSIONS = 1_000;

const versionKey = ({ credentialId, version }: Pick<Copy, 'credentialId' | 'version'>): string => `${credentialId} ${version}`;
const copyKey = (copy: Copy): string => `${copy.consumer}/${copy.instance} ${versionKey(copy)}`;

export const givenLately = (): GivenLately => {
  const nonces = recentMap<string, string>(COPIES);
  const ackKeys = recentMap<string, Sensitive<string>>(VERSIONS);
  const ids = recentMap<string, string>(COPIES);
  return {
    remember: (copy, { nonce, ackKey }) => {
      nonces.set(copyKey(copy), nonce);
      ackKeys.set(versionKey(copy), ackKey);
    },
    nonce: (copy) => nonces.get(copyKey(copy)),
    ackKey: (of) => ackKeys.get(versionKey(of)),
    idAt: ids.get,
    met: ids.set,
  };
};
