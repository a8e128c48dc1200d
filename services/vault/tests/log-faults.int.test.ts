import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { Sensitive } from '@keyturn/kernel';
import { APPEND_LOCK } from '../src/adapters/postgres/read-facts.ts';
import { verifyChain } from '../src/log/verify-chain.ts';
import type { CommandLog } from '../src/ports/command-log.ts';
import { LogUnavailable } from '../src/ports/log-unavailable.ts';
import { readAll } from '../src/testing/describe-command-log.ts';
import { tallied, tally, tallyJob } from '../src/testing/tally.ts';
import { COMMIT, type Fate, type TcpProxy, tcpProxy } from './tcp-proxy.ts';
import { type TestLog, testLog } from './test-log.ts';

const QUICK = { idleInTransactionMs: 400, lockMs: 1_500, statementMs: 2_000, queryMs: 800 };

describe('the log when the world breaks', () => {
  let database: TestLog;
  let direct: CommandLog;
  let proxy: TcpProxy;
  let proxied: Sensitive<string>;
  beforeAll(async () => {
    database = await testLog();
    direct = database.openLog();
    const server = new URL(database.url.reveal());
    proxy = await tcpProxy({ host: server.hostname, port: Number(server.port) });
    server.host = `127.0.0.1:${proxy.port}`;
    proxied = new Sensitive(server.href);
  });
  afterEach(() => {
    proxy.fate = () => 'forward';
  });
  afterAll(async () => {
    await proxy.close();
    await database.dispose();
  });

  const eventsOf = async (commandId: string) => (await readAll(direct)).filter((event) => event.meta.commandId.startsWith(commandId));

  /** Once, the chunk that asks for the commit meets this fate. */
  const atCommit = (fate: Fate): void => {
    let met = false;
    proxy.fate = (chunk) => {
      if (met || !chunk.includes(COMMIT)) return 'forward';
      met = true;
      return fate;
    };
  };

  it.each<[string, Fate]>([
    ['the commit happened and its answer was lost', 'answer-lost'],
    ['the connection went before the commit', 'cut'],
    ['the connection hangs at the commit', 'swallow'],
  ])('answers every command of a batch once: %s', async (title, fate) => {
    const log = database.openLog({ url: proxied, timeouts: QUICK });
    await log.submit(tally, tallyJob({ commandId: `${title} before`, stream: `${fate}-0` }));
    atCommit(fate);
    const submitted = Array.from({ length: 10 }, (_job, index) =>
      log.submit(tally, tallyJob({ commandId: `${title} ${index}`, stream: `${fate}-${index % 2}` })),
    );
    const verdicts = await Promise.all(submitted);
    expect(verdicts.every((verdict) => 'ok' in verdict && !verdict.repeated)).toBe(true);
    const events = await eventsOf(title);
    expect(events).toHaveLength(11);
    verdicts.forEach((verdict, index) => {
      const event = events.find(({ meta }) => meta.commandId === `${title} ${index}`);
      expect(verdict).toEqual({ ok: { saw: event!.version - 1 }, repeated: false });
    });
  });

  it('says that it is unavailable when nobody can say what became of a commit; a repeat tells', async () => {
    const log = database.openLog({ url: proxied, timeouts: QUICK });
    let met = false;
    proxy.fate = (chunk) => {
      if (met) return 'cut';
      met = chunk.includes(COMMIT);
      return met ? 'answer-lost' : 'forward';
    };
    const job = tallyJob({ commandId: 'unknown', stream: 'unknown' });
    const fault: unknown = await log.submit(tally, job).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(LogUnavailable);
    expect((fault as Error).cause).toBeInstanceOf(Error);
    proxy.fate = () => 'forward';
    expect(await log.submit(tally, job)).toEqual({ ok: { saw: 0 }, repeated: true });
    expect(await eventsOf('unknown')).toHaveLength(1);
  });

  it('loses and doubles nothing while its connections are killed over and over', async () => {
    const logs = [database.openLog(), database.openLog()];
    const kills = { wanted: 25, done: 0 };
    const recorded: string[] = [];
    const record = async (commandId: string, stream: string): Promise<void> => {
      for (let turn = 0; ; turn++) {
        try {
          await logs[turn % 2]!.submit(tally, tallyJob({ commandId, stream }));
          recorded.push(commandId);
          return;
        } catch (error) {
          if (!(error instanceof LogUnavailable)) throw error;
        }
      }
    };
    const writer = async (index: number): Promise<void> => {
      for (let turn = 0; kills.done < kills.wanted; turn++) await record(`kill-${index}-${turn}`, `kill-${index % 3}`);
    };
    const writers = Promise.all(Array.from({ length: 16 }, (_writer, index) => writer(index)));
    for (let last = 0; kills.done < kills.wanted;) {
      if (recorded.length === last) await database.sql('SELECT 1'); // Something is recorded between two kills.
      else {
        last = recorded.length;
        const rows = await database.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name = 'keyturn-append' AND datname = current_database() AND state <> 'idle'`,
        );
        kills.done += rows.length;
      }
    }
    await writers;
    const events = await eventsOf('kill-');
    expect(events.map(({ meta }) => meta.commandId).sort()).toEqual(recorded.sort());
    expect(verifyChain(await readAll(direct))).toMatchObject({ ok: true });
  });

  it('gets the lock back from a stopped holder of its own role', async () => {
    const stopped = new Client({ connectionString: database.url.reveal() });
    const ended = new Promise((resolve) => stopped.on('error', resolve));
    await stopped.connect();
    await stopped.query('BEGIN');
    await stopped.query('SELECT pg_advisory_xact_lock($1)', [APPEND_LOCK]);
    expect(await direct.submit(tally, tallyJob({ commandId: 'frozen', stream: 'frozen' }))).toMatchObject({ ok: { saw: 0 } });
    await ended;
    await stopped.end().catch(() => undefined);
  });

  it('says that it is unavailable while somebody else keeps the lock, and goes on afterwards', async () => {
    const log = database.openLog({ timeouts: { ...QUICK, lockMs: 200 } });
    const holder = await database.session();
    await holder.query('BEGIN');
    await holder.query('SELECT pg_advisory_xact_lock($1)', [APPEND_LOCK]);
    const jobs = ['held-1', 'held-2'].map((commandId) => tallyJob({ commandId, stream: 'held' }));
    const faults = await Promise.allSettled(jobs.map((job) => log.submit(tally, job)));
    expect(faults.map((fault) => fault.status === 'rejected' && fault.reason instanceof LogUnavailable)).toEqual([true, true]);
    await holder.query('ROLLBACK');
    const verdicts = await Promise.all(jobs.map((job) => log.submit(tally, job)));
    expect(verdicts).toEqual([0, 1].map((saw) => ({ ok: { saw }, repeated: false })));
  });

  it('records the others when one command breaks the batch’s SQL', async () => {
    const dek = { kind: 'wrapped-dek', credentialId: 'dup', version: 1, kekId: 'k', wrapped: new Uint8Array([1]) } as const;
    await direct.submit(tally, tallyJob({ commandId: 'dek-0', stream: 'dek', writes: [dek] }));
    const results = await Promise.allSettled([
      direct.submit(tally, tallyJob({ commandId: 'dek-1', stream: 'dek' })),
      direct.submit(tally, tallyJob({ commandId: 'dek-2', stream: 'dek', writes: [dek] })),
      direct.submit(tally, tallyJob({ commandId: 'dek-3', stream: 'dek' })),
    ]);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason instanceof LogUnavailable))).toEqual([
      { ok: { saw: 1 }, repeated: false },
      true,
      { ok: { saw: 2 }, repeated: false },
    ]);
    expect((await eventsOf('dek-')).map(({ meta, version }) => [meta.commandId, version])).toEqual([
      ['dek-0', 1],
      ['dek-1', 2],
      ['dek-3', 3],
    ]);
  });

  it('says that it is unavailable when no server answers, and goes on when one does', async () => {
    const log = database.openLog({ url: proxied, timeouts: QUICK });
    proxy.fate = () => 'cut';
    const job = tallyJob({ commandId: 'down', stream: 'down', events: [tallied('system.test.down')] });
    await expect(log.submit(tally, job)).rejects.toBeInstanceOf(LogUnavailable);
    proxy.fate = () => 'forward';
    expect(await log.submit(tally, job)).toEqual({ ok: { saw: 0 }, repeated: false });
  });

  it('takes no more once it is closing, and answers what it took', async () => {
    const log = database.openLog();
    const taken = log.submit(tally, tallyJob({ commandId: 'closing', stream: 'closing' }));
    const closing = log.close();
    await expect(log.submit(tally, tallyJob({ commandId: 'late', stream: 'closing' }))).rejects.toBeInstanceOf(LogUnavailable);
    expect(await taken).toEqual({ ok: { saw: 0 }, repeated: false });
    await closing;
  });
});
