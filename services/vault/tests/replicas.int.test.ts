import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBus, RequestTimedOut, ServiceUnavailable, type NatsBus, vaultClient, type VaultClient } from '@keyturn/bus';
import { PublishedEvent } from '@keyturn/contracts/events';
import { STREAM_NAME } from '@keyturn/contracts/subjects';
import { spawnService, type SupervisedProcess, waitUntil } from '@keyturn/dev-stack';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { createKekFile } from '../src/adapters/file/kek-file.ts';
import { APPEND_TIMEOUTS } from '../src/adapters/postgres/append-connection.ts';
import { verifyChain } from '../src/log/verify-chain.ts';
import type { CommandLog } from '../src/ports/command-log.ts';
import { readAll } from '../src/testing/describe-command-log.ts';
import { COMMIT, type TcpProxy, tcpProxy } from './tcp-proxy.ts';
import { type TestLog, testLog } from './test-log.ts';
import { type TestNats, testNats } from './test-nats.ts';
import { ADMIN, FIELDS } from './test-vault.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const CREDENTIALS = 6;
const WRITERS = 24;
const RIVALS = 8;
/** A request that a dead or stopped replica took is asked again, under its id. */
const TIMEOUT_MS = 2_000;
const RETRY_MS = 20;

const { idleInTransactionMs } = APPEND_TIMEOUTS;
/** What an append connection sets first, and the same, as long, without the limit: so a vault can be had that lacks only that. */
const GUARD = `SET idle_in_transaction_session_timeout = ${idleInTransactionMs};`;
const NO_GUARD = GUARD.replace(String(idleInTransactionMs), '0'.padStart(String(idleInTransactionMs).length));
const withoutGuard = (chunk: Buffer): Buffer => Buffer.from(chunk.toString('latin1').replace(GUARD, NO_GUARD), 'latin1');

/** Two vault processes on one database and one NATS, each behind a way to the database that the test can hold up. */
type Replica = { readonly process: SupervisedProcess; readonly way: TcpProxy };

describe('two replicas of the vault under load', () => {
  let folder: string;
  let database: TestLog;
  let log: CommandLog;
  let nats: TestNats;
  let bus: NatsBus;
  let client: VaultClient;
  const replicas: Replica[] = [];
  const load = { isEnough: false, isOver: false };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-replicas-'));
    await createKekFile(join(folder, 'kek'));
    [database, nats] = await Promise.all([testLog(), testNats()]);
    log = database.openLog();
    const creds = new Sensitive(await readFile(join(nats.credsDir, 'gateway.creds'), 'utf8'));
    bus = await connectBus({ url: nats.url, creds, name: 'gateway', log: silentLogger });
    client = vaultClient({ bus, actor: ADMIN, clock: systemClock });
  });
  afterAll(async () => {
    load.isOver = true;
    await Promise.all(replicas.map(({ process }) => process.kill()));
    await Promise.all(replicas.map(({ way }) => way.close()));
    await bus.drain();
    await database.dispose();
    await nats.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const startReplica = async (name: string, reword?: (chunk: Buffer) => Buffer): Promise<Replica> => {
    const server = new URL(database.url.reveal());
    const way = await tcpProxy({ host: server.hostname, port: Number(server.port) });
    if (reword) way.reword = reword;
    server.host = `127.0.0.1:${way.port}`;
    const databaseUrlFile = join(folder, `${name}.database`);
    await writeFile(databaseUrlFile, server.href, { mode: 0o600 });
    const running = (await database.sql('SELECT FROM vault_replicas')).length;
    const process = await spawnService({
      name,
      entry: MAIN,
      varDir: folder,
      env: {
        NATS_URL: nats.url,
        NATS_CREDS_FILE: join(nats.credsDir, 'vault.creds'),
        DATABASE_URL_FILE: databaseUrlFile,
        KEK_FILE: join(folder, 'kek'),
        RELAY_POLL_MS: '200',
      },
      isReady: async () =>
        (await database.sql('SELECT FROM vault_replicas')).length > running &&
        (await readFile(join(folder, 'logs', `${name}.log`), 'utf8')).includes('vault.ready'),
    });
    const replica = { process, way };
    replicas.push(replica);
    return replica;
  };

  const acknowledged = new Set<string>();
  /** Sends a command until it is answered, always under the same id. */
  const insist = async (type: string, data: object, secret?: Sensitive<unknown>): Promise<string> => {
    const commandId = randomUUID();
    for (;;) {
      try {
        const answer = await client.command(type, data, { commandId, timeoutMs: TIMEOUT_MS, ...(secret && { secret }) });
        if (answer.ok) acknowledged.add(commandId);
        return answer.ok ? 'ok' : answer.refusal.code;
      } catch (fault) {
        if (load.isOver || !(fault instanceof RequestTimedOut || fault instanceof ServiceUnavailable)) throw fault;
        await pause(RETRY_MS);
      }
    }
  };
  const register = (address: string, credentialId = uuidv7()): Promise<string> =>
    insist(
      'credential.register',
      { credentialId, address, credentialType: 'database_password', publicFields: FIELDS, issuer: null, untested: 'import' },
      new Sensitive({ fields: { password: `of ${credentialId}` } }),
    );
  const head = async (): Promise<number> =>
    Number((await database.sql('SELECT coalesce(max(position), 0) AS head FROM events'))[0]?.['head']);
  const grownBy = async (events: number): Promise<void> => {
    const since = await head();
    if (!(await waitUntil(async () => (await head()) >= since + events, { timeoutMs: 30_000 }))) throw new Error('the log stands still');
  };
  const leaders = () =>
    database.sql(
      `SELECT a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
       WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'keyturn-relay' AND a.datname = current_database()`,
    );

  /** Who holds the append lock and has sent nothing for so long. */
  const stoppedHolders = (ms = 500) =>
    database.sql<{ pid: number }>(
      `SELECT a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted
       AND a.application_name = 'keyturn-append' AND a.datname = current_database() AND a.state = 'idle in transaction'
       AND a.state_change < clock_timestamp() - $1 * interval '1 ms'`,
      [ms],
    );

  /** Stops the replica at the very moment when it holds the append lock: its commit is on the way, and nobody gets it. */
  const stopHolder = async ({ process: holder, way }: Replica): Promise<() => void> => {
    const pid = holder.pid() ?? 0;
    let stopped = false;
    way.fate = (chunk) => {
      // An append that reads nothing sends its BEGIN along with its COMMIT: swallowed, it never had the lock (ADR 0016).
      if (stopped || !chunk.includes(COMMIT) || chunk.includes('BEGIN')) return 'forward';
      stopped = true;
      process.kill(pid, 'SIGSTOP');
      return 'swallow';
    };
    if (!(await waitUntil(() => stopped, { timeoutMs: 30_000 }))) throw new Error('the replica never wrote');
    return () => void process.kill(pid, 'SIGCONT');
  };

  const writer = async (credentials: readonly string[], index: number): Promise<void> => {
    for (let turn = 0; !load.isEnough; turn++) {
      const credentialId = credentials[(index + turn) % CREDENTIALS];
      await insist('credential.change-details', { credentialId, changes: { notes: `${index} ${turn}` } });
    }
  };
  const rivalry = async (name: string): Promise<void> => {
    for (let turn = 0; !load.isEnough; turn++) {
      const address = `system.postgres.${name}-${turn}`;
      const said = await Promise.all(Array.from({ length: RIVALS }, () => register(address)));
      expect(said.sort()).toEqual([...Array.from({ length: RIVALS - 1 }, () => 'address-taken'), 'ok']);
    }
  };
  /** Writers and rivals for new addresses are at work while `happens` does; each is answered in the end. */
  const underLoad = async (name: string, happens: () => Promise<void>): Promise<void> => {
    load.isEnough = false;
    const credentials = Array.from({ length: CREDENTIALS }, () => uuidv7());
    await Promise.all(credentials.map((credentialId, index) => register(`system.postgres.${name}-replica-${index}`, credentialId)));
    const writers = Array.from({ length: WRITERS }, (_, index) => writer(credentials, index));
    const writing = Promise.all([...writers, rivalry(`${name}-one`), rivalry(`${name}-two`)]);
    writing.catch(() => (load.isEnough = true));
    try {
      await happens();
    } finally {
      load.isEnough = true;
    }
    await writing;
  };

  /** Versions without a gap, one winner each, what was acknowledged recorded once; each event published once and in order. */
  const expectWholeLog = async (): Promise<void> => {
    const all = await readAll(log);
    expect(verifyChain(all)).toMatchObject({ ok: true });
    const versions = Map.groupBy(all, ({ stream }) => stream);
    for (const of of versions.values()) expect(of.map(({ version }) => version)).toEqual(of.map((_, index) => index + 1));
    const changes = all.filter(({ type }) => type === 'credential.details-changed').map(({ meta }) => meta.commandId);
    expect(new Set(changes).size).toBe(changes.length);
    const recorded = new Set(all.map(({ meta }) => meta.commandId));
    expect([...acknowledged].filter((commandId) => !recorded.has(commandId))).toEqual([]);
    expect(changes.filter((commandId) => !acknowledged.has(commandId))).toEqual([]);
    await expectPublished(all.map(({ hash }) => hash));
  };

  it('give one winner a version and publish each event once and in order, whoever is killed or stopped', async () => {
    const leader = await startReplica('vault-one');
    await expect.poll(leaders, { timeout: 20_000 }).toHaveLength(1); // alone, so it is this one
    await startReplica('vault-two');
    await underLoad('first', async () => {
      await grownBy(200);
      await leader.process.kill();
      await grownBy(200);
      await expect.poll(leaders, { timeout: 20_000 }).toHaveLength(1);
      const third = await startReplica('vault-three');
      await grownBy(200);
      const wake = await stopHolder(third);
      await expect.poll(() => stoppedHolders(), { timeout: 5_000, interval: 20 }).toHaveLength(1);
      await grownBy(50); // so the server took the lock from it, and rolled back what it had written
      expect(await stoppedHolders(2 * idleInTransactionMs)).toEqual([]);
      wake();
      await grownBy(200);
    });
    await expectWholeLog();
  }, 180_000);

  it('would stand still behind a stopped holder that has no limit: the limit is what the test above tests', async () => {
    const unguarded = await startReplica('vault-unguarded', withoutGuard);
    await underLoad('second', async () => {
      await grownBy(50);
      const wake = await stopHolder(unguarded);
      await expect.poll(() => stoppedHolders(), { timeout: 5_000, interval: 20 }).toHaveLength(1);
      const stoppedAt = await head();
      await expect.poll(() => stoppedHolders(3 * idleInTransactionMs), { timeout: 20_000 }).toHaveLength(1);
      expect(await head()).toBe(stoppedAt);
      const [holder] = await stoppedHolders();
      await database.sql('SELECT pg_terminate_backend($1)', [holder?.pid]);
      await grownBy(50);
      wake();
      await grownBy(50);
    });
    await expectWholeLog();
  }, 180_000);

  /** The stream holds these events, each once and in this order. */
  const expectPublished = async (hashes: readonly string[]): Promise<void> => {
    const connection = await nats.connectOwner();
    const manager = await jetstreamManager(connection);
    const messages = async () => (await manager.streams.info(STREAM_NAME)).state.messages;
    await expect.poll(messages, { timeout: 20_000 }).toBe(hashes.length);
    const consumer = await jetstream(connection).consumers.get(STREAM_NAME);
    const published: string[] = [];
    for await (const message of await consumer.consume()) {
      published.push(PublishedEvent.parse(message.json()).data.hash);
      if (published.length === hashes.length) break;
    }
    expect(published).toEqual(hashes);
  };
});
