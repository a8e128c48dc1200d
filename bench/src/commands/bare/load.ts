import { createSecretKey, randomUUID } from 'node:crypto';
import { natsAsker } from '@keyturn/bus';
import { BARE } from '../../floor-subjects.ts';
import { inFlight } from '../in-flight.ts';
import { sealBox } from './box.ts';
import { connectFloor, FLOOR_INBOX } from '../../connect-floor.ts';
import type { BareCommand } from './work.ts';

const ACTOR = { kind: 'service', id: 'rotation-worker', roles: ['worker'] } as const;
const TIMEOUT_MS = 10_000;

export type BareLoad = {
  /** Stages a version of so many credentials; answers commands a second. */
  stage(wanted: { readonly width: number; readonly count: number }): Promise<number>;
  close(): Promise<void>;
};

export type BareLoadOptions = {
  readonly natsUrl: string;
  readonly creds: string;
  /** The key of the link, hex. */
  readonly link: string;
  readonly publicFields: object;
};

/** Asks the bare vault with as little as a command of the worker can do with. */
export const openBareLoad = async ({ natsUrl, creds, link, publicFields }: BareLoadOptions): Promise<BareLoad> => {
  const connection = await connectFloor(natsUrl, creds);
  const ask = natsAsker({ connection, inboxPrefix: FLOOR_INBOX });
  const key = createSecretKey(Buffer.from(link, 'hex'));
  const ids: string[] = [];
  let version = 0;
  const stageOne = async (index: number): Promise<void> => {
    const credentialId = (ids[index] ??= randomUUID());
    const command: BareCommand = {
      commandId: randomUUID(),
      actor: ACTOR,
      data: { credentialId, epoch: 1, version, publicFields, providerId: 'bench' },
      box: sealBox(key, randomUUID()).toString('base64url'),
    };
    (await ask(BARE.command, JSON.stringify(command), { timeoutMs: TIMEOUT_MS })).json();
  };
  return {
    stage: async ({ width, count }) => {
      version += 1;
      const began = performance.now();
      await inFlight(width, count, stageOne);
      return (count * 1_000) / (performance.now() - began);
    },
    close: () => connection.close(),
  };
};
