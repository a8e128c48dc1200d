import { createHmac, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto';
import type { Recorded } from '@keyturn/contracts/events';
import { Sensitive } from '@keyturn/kernel';
import { sealVersion } from '@keyturn/sealing';
import { openBox, sealBox } from './box.ts';

/** A command as it comes over the wire; `box` holds the password. */
export type BareCommand = {
  readonly commandId: string;
  readonly actor: object;
  readonly data: {
    readonly credentialId: string;
    readonly epoch: number;
    readonly version: number;
    readonly publicFields: object;
    readonly providerId: string;
  };
  readonly box: string;
};

/** What is to be written of one: its version under a key of its own, the key wrapped, a fingerprint. */
export type Worked = {
  readonly command: BareCommand;
  readonly fingerprint: string;
  readonly sealed: Buffer;
  readonly sealedHash: string;
  readonly wrapped: Buffer;
};

/** An event beside the texts that were hashed; `published` is what goes to the stream. */
export type BareEvent = Omit<Recorded, 'data' | 'meta'> & {
  readonly data: string;
  readonly meta: string;
  readonly sealed: Buffer | null;
  readonly published: object;
};

/** Opens, fingerprints, seals and wraps. */
export const bareWorker = (link: KeyObject): ((payload: string) => Worked) => {
  const kek = createSecretKey(randomBytes(32));
  const fingerprints = createSecretKey(randomBytes(32));
  return (payload) => {
    const command = JSON.parse(payload) as BareCommand;
    const { credentialId, version } = command.data;
    const password = openBox(link, Buffer.from(command.box, 'base64url'));
    const { sealed, dek } = sealVersion({ credentialId, version, scope: 'system', fields: new Sensitive({ password }) });
    const bytes = Buffer.from(sealed);
    return {
      command,
      fingerprint: createHmac('sha256', fingerprints)
        .update(JSON.stringify([command.data, password]))
        .digest('hex'),
      sealed: bytes,
      sealedHash: hash('sha256', bytes, 'hex'),
      wrapped: sealBox(kek, dek.reveal()),
    };
  };
};

const textOf = (event: Omit<BareEvent, 'sealed' | 'prevHash' | 'hash' | 'published'>): string => {
  const { data, meta, position, recordedAt, sealedHash, stream, type, version } = event;
  const rest = `"position":${position},"recordedAt":"${recordedAt}","sealedHash":${JSON.stringify(sealedHash)}`;
  return `{"data":${data},"meta":${meta},${rest},"stream":"${stream}","type":"${type}","version":${version}}`;
};

/** Makes the two events of each command and chains them behind all that came before. */
export const bareChain = (): ((batch: readonly Worked[], recordedAt: string) => BareEvent[]) => {
  let position = 0;
  let last = '0'.repeat(64);
  return (batch, recordedAt) =>
    batch.flatMap(({ command, sealed, sealedHash }) => {
      const { credentialId, epoch, version, publicFields, providerId } = command.data;
      const meta = { actor: command.actor, commandId: command.commandId, incarnation: 1 };
      const metaText = JSON.stringify(meta);
      const chained = (type: string, data: object, of: Pick<BareEvent, 'sealed' | 'sealedHash'>): BareEvent => {
        position += 1;
        const stream = `credential-${credentialId}`;
        // No stream is ever looked up: the position stands in for the version.
        const event = { position, stream, version: position, type, recordedAt, sealedHash: of.sealedHash };
        const texts = { data: JSON.stringify(data), meta: metaText };
        const prevHash = last;
        last = hash('sha256', prevHash + textOf({ ...event, ...texts }), 'hex');
        const published = { ...event, data, meta, prevHash, hash: last };
        return { ...event, ...texts, sealed: of.sealed, prevHash, hash: last, published };
      };
      return [
        chained('credential.version-staged', { credentialId, epoch, version, publicFields, providerId }, { sealed, sealedHash }),
        chained('ledger.recorded', { credentialId, kind: 'issued-not-committed', version, providerId }, { sealed: null, sealedHash: null }),
      ];
    });
};
