import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsBus, connectBus } from '@keyturn/bus';
import { LOG_SUBJECTS, QueryMessage, STREAM_NAME, logSubject, querySubject } from '@keyturn/contracts';
import type { Recorded } from '@keyturn/contracts/events';
import { type LogRow, VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { binaryCacheDir, findBinary, mintNatsCreds, natsServer, startNats, waitUntil, wholeAccount } from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Checkpoint } from '../src/ports/entry-store.ts';
import { publishedText, recordedAt } from '../src/testing/sample-events.ts';

export type TestStream = {
  connectAs(identity: 'vault' | 'audit' | 'gateway'): Promise<NatsBus>;
  create(): Promise<void>;
  delete(): Promise<void>;
  /** Of the log of rotation requests, or of another. */
  publish(first: number, last: number, at?: (position: number) => Recorded): Promise<void>;
  /** What the vault answers when it is asked for its health; no vault answers before. */
  serveHead(head: () => Checkpoint): Promise<void>;
  /** What the vault's table says; what is published changes nothing of it. */
  serveLog(rows: () => readonly LogRow[]): Promise<void>;
  publishText(text: string): Promise<void>;
  deleteDurable(): Promise<void>;
  restart(): Promise<void>;
  dispose(): Promise<void>;
};

/** A NATS server of the test's own with the one stream, which it fills as the vault's relay would. */
export const testStream = async (): Promise<TestStream> => {
  const varDir = await mkdtemp(join(tmpdir(), 'keyturn-audit-'));
  const server = await startNats({ varDir, binary: await findBinary(natsServer, { env: process.env, cacheDir: binaryCacheDir }) });
  const opened: NatsBus[] = [];
  const connectAs: TestStream['connectAs'] = async (identity) => {
    const creds = new Sensitive(await readFile(join(server.credsDir, `${identity}.creds`), 'utf8'));
    const bus = await connectBus({ url: server.url, creds, name: identity, log: silentLogger });
    opened.push(bus);
    return bus;
  };
  const vault = await connectAs('vault');
  const { connection } = vault;
  const ownerCreds = new Sensitive(await mintNatsCreds({ keysDir: server.keysDir, name: 'owner', ...wholeAccount }));
  const owner = await connectBus({ url: server.url, creds: ownerCreds, name: 'owner', log: silentLogger });
  opened.push(owner);
  const manager = await jetstreamManager(owner.connection, { checkAPI: false });
  const publishText = async (text: string): Promise<void> => {
    // asked again until the stream has it, as a relay does: a message that is sent into a restart may be lost, or only its answer
    const publishOnce = async (): Promise<boolean> =>
      (await jetstream(connection).publish(logSubject('rotation.requested'), text, { msgID: text.slice(0, 60), timeout: 1000 })).seq > 0;
    if (!(await waitUntil(publishOnce, { timeoutMs: 20_000 }))) throw new Error('the stream takes nothing');
  };
  const create = async (): Promise<void> => {
    await manager.streams.add({ name: STREAM_NAME, subjects: [LOG_SUBJECTS] });
  };
  await create();
  return {
    connectAs,
    create,
    publishText,
    serveHead: async (head) => {
      vault.serve(querySubject('vault', 'health.check'), {}, async () => ({ ok: { ok: true, down: [], ...head() } }));
      await vault.flush();
    },
    serveLog: async (rows) => {
      const { data: Asked } = VAULT_QUERIES_TABLE['log.read'];
      vault.serve(querySubject('vault', 'log.read'), {}, async ({ payload }) => {
        const { after, limit } = Asked.parse(QueryMessage.parse(payload).data);
        return {
          ok: {
            items: rows()
              .filter(({ position }) => position > after)
              .slice(0, limit),
          },
        };
      });
      await vault.flush();
    },
    delete: async () => void (await manager.streams.delete(STREAM_NAME)),
    publish: async (first, last, at = recordedAt) => {
      for (let position = first; position <= last; position += 1) await publishText(publishedText(at(position)));
    },
    deleteDurable: async () => void (await manager.consumers.delete(STREAM_NAME, 'audit')),
    restart: () => server.restart(),
    dispose: async () => {
      await Promise.all(opened.map((bus) => bus.close()));
      await server.stop();
      await rm(varDir, { recursive: true, force: true });
    },
  };
};
