import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sensitive } from '@keyturn/kernel';
import type { PostgresCommandLog } from '../src/adapters/postgres/command-log.ts';
import { verifyChain } from '../src/log/verify-chain.ts';
import { readAll } from '../src/testing/describe-command-log.ts';
import type { Fold, Job } from '../src/ports/command-log.ts';
import { type Tally, tallied, tally, tallyJob } from '../src/testing/tally.ts';
import { COMMIT, type TcpProxy, tcpProxy } from './tcp-proxy.ts';
import { type TestLog, testLog } from './test-log.ts';

/** What the appending connection sends, as the names of its prepared statements stand on the wire. */
const CONFIRMS = 'expect-head';
const READS = 'known';

describe('an append on what is known', () => {
  let database: TestLog;
  let proxy: TcpProxy;
  let log: PostgresCommandLog;
  let sent: string[] = [];
  beforeAll(async () => {
    database = await testLog();
    const url = new URL(database.url.reveal());
    proxy = await tcpProxy({ host: url.hostname, port: Number(url.port) });
    proxy.fate = (chunk) => {
      sent.push(chunk.toString('latin1'));
      return 'forward';
    };
    url.port = String(proxy.port);
    log = database.openLog({ url: new Sensitive(url.href) });
  });
  afterAll(async () => {
    await database.dispose();
    await proxy.close();
  });
  beforeEach(() => {
    sent = [];
  });

  const submit = (to: PostgresCommandLog, commandId: string, stream = 's') => to.submit(tally, tallyJob({ commandId, stream }));
  const hasSent = (name: string): boolean => sent.join('').includes(`\0${name}\0`);

  it('reads nothing: one round trip, confirmed and committed', async () => {
    await submit(log, 'first');
    expect(hasSent(READS)).toBe(true);
    sent = [];
    expect(await submit(log, 'second')).toEqual({ ok: { saw: 1 }, repeated: false });
    expect(hasSent(CONFIRMS)).toBe(true);
    expect(hasSent(READS)).toBe(false);
    expect(sent.join('')).toContain(COMMIT);
    expect(sent).toHaveLength(1);
  });

  it('reads of a stream that it meets for the first time outside of the lock, and is then sent as any other', async () => {
    const other = database.openLog();
    await submit(other, 'long ago', 'unmet');
    await submit(log, 'warm again'); // stands behind it now, and knows nothing of the stream
    sent = [];
    expect(await submit(log, 'met', 'unmet')).toEqual({ ok: { saw: 1 }, repeated: false });
    expect(sent).toHaveLength(2);
    expect(sent[0]).not.toContain('BEGIN');
    expect(hasSent(CONFIRMS)).toBe(true);
    expect(hasSent(READS)).toBe(false);
  });

  it('reads nothing more of a stream whose state was read, nor of the one beside it', async () => {
    const other = database.openLog();
    const beside: Fold<Tally> = { ...tally, beside: (stream) => [`beside-${stream}`] };
    const both = (commandId: string): Job<Tally> => {
      const event = (stream: string) => ({ ...tallied(`system.test.${stream}`), stream });
      const events = [event('asked'), event('beside-asked')];
      return { ...tallyJob({ commandId, stream: 'asked', events }), joins: ['beside-asked'] };
    };
    await other.submit(beside, both('beside theirs'));
    await submit(log, 'warm after theirs');
    expect(await log.state(beside, 'asked')).toMatchObject({ count: 1 });
    sent = [];
    expect(await log.submit(beside, both('beside ours'))).toEqual({ ok: { saw: 1 }, repeated: false });
    expect(sent).toHaveLength(1);
    expect(hasSent(CONFIRMS)).toBe(true);
    await other.submit(beside, both('beside theirs again'));
    await log.state(beside, 'asked'); // of the log as it is by now, behind which this replica's head lags
    expect(await log.submit(beside, both('beside ours again'))).toEqual({ ok: { saw: 3 }, repeated: false });
    expect(verifyChain(await readAll(log))).toMatchObject({ ok: true });
  });

  it('trusts nothing that it read of a stream before another replica appended to it', async () => {
    const other = database.openLog();
    await submit(other, 'first of both', 'between');
    await submit(log, 'warm once more');
    const { promise: between, resolve } = Promise.withResolvers<unknown>();
    let isFirst = true;
    proxy.delay = (chunk) => {
      if (!isFirst || !chunk.includes(`\0${CONFIRMS}\0`)) return null;
      isFirst = false;
      resolve(submit(other, 'in between', 'between'));
      return between;
    };
    expect(await submit(log, 'late', 'between')).toEqual({ ok: { saw: 2 }, repeated: false });
    expect(await between).toEqual({ ok: { saw: 1 }, repeated: false });
    expect(verifyChain(await readAll(log))).toMatchObject({ ok: true });
  });

  it('is read for, and decided anew, where another replica has appended', async () => {
    await submit(log, 'mine');
    const other = database.openLog();
    const before = (await log.state(tally, 's')).count;
    expect(await submit(other, 'theirs')).toEqual({ ok: { saw: before }, repeated: false });
    sent = [];
    expect(await submit(log, 'mine again')).toEqual({ ok: { saw: before + 1 }, repeated: false });
    expect(hasSent(CONFIRMS) && hasSent(READS)).toBe(true);
    expect(verifyChain(await readAll(log))).toMatchObject({ ok: true });
  });

  it('answers a repeat of what another replica recorded, on the same connection', async () => {
    const other = database.openLog();
    const theirs = await submit(other, 'repeated');
    await submit(log, 'own'); // stands behind it now, and knows no command ids
    const backend = () =>
      database.sql(`SELECT pid FROM pg_stat_activity WHERE application_name = 'keyturn-append' AND datname = current_database()`);
    const before = await backend();
    expect(await submit(log, 'repeated')).toEqual({ ...theirs, repeated: true });
    expect(await submit(log, 'own')).toMatchObject({ repeated: true });
    expect(await backend()).toEqual(before);
    expect((await readAll(log)).filter(({ meta }) => meta.commandId === 'repeated')).toHaveLength(1);
  });

  it('answers a repeat of what is still on its way only once, and the same', async () => {
    await submit(log, 'warm');
    const answers = await Promise.all(Array.from({ length: 60 }, (_each, index) => submit(log, `flight-${index % 20}`)));
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(20);
    for (const [index, answer] of answers.entries()) expect(answer).toEqual({ ...answers[index % 20], repeated: answer.repeated });
    expect(verifyChain(await readAll(log))).toMatchObject({ ok: true });
  });

  it('is refused where its clock is not the database’s', async () => {
    const [head] = await database.sql<{ position: string; hash: string }>(
      'SELECT position, hash FROM events ORDER BY position DESC LIMIT 1',
    );
    const expectHead = (moment: string) => database.sql(`SELECT expect_head($1, $2, ${moment})`, [head?.position, head?.hash]);
    await expect(expectHead('clock_timestamp()')).resolves.toHaveLength(1);
    await expect(expectHead(`clock_timestamp() - interval '2 s'`)).rejects.toMatchObject({ code: 'KT001' });
    await expect(expectHead(`clock_timestamp() + interval '2 s'`)).rejects.toMatchObject({ code: 'KT001' });
  });
});
