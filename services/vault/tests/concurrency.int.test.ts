import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recorded } from '@keyturn/contracts/events';
import type { Verdict } from '../src/ports/command-log.ts';
import { verifyChain } from '../src/log/verify-chain.ts';
import { readAll } from '../src/testing/describe-command-log.ts';
import { tally, tallyJob } from '../src/testing/tally.ts';
import { type TestLog, testLog } from './test-log.ts';

const WRITERS = 64;
const EACH = 15;
const STREAMS = 5;

describe('two replicas on one log', () => {
  let database: TestLog;
  beforeAll(async () => {
    database = await testLog();
  });
  afterAll(() => database.dispose());

  /** Reads `position > last` all the while, as the relay does. */
  const follow = (until: Promise<unknown>): Promise<Recorded[]> => {
    const log = database.openLog();
    const seen: Recorded[] = [];
    let done = false;
    void until.finally(() => (done = true));
    const loop = async (): Promise<Recorded[]> => {
      for (;;) {
        const last = done;
        const page = await log.read(seen.at(-1)?.position ?? 0, 50);
        seen.push(...page);
        if (last && page.length === 0) return seen;
      }
    };
    return loop();
  };

  it('give gapless versions to 64 writers, one winner each, and a reader skips nothing', async () => {
    const replicas = [database.openLog(), database.openLog()];
    const writer = async (index: number): Promise<Verdict[]> => {
      const verdicts: Verdict[] = [];
      for (let turn = 0; turn < EACH; turn++) {
        const job = tallyJob({ commandId: `w${index}-${turn}`, stream: `s${(index + turn) % STREAMS}` });
        verdicts.push(await replicas[(index + turn) % 2]!.submit(tally, job));
      }
      return verdicts;
    };
    const writing = Promise.all(Array.from({ length: WRITERS }, (_writer, index) => writer(index)));
    const [verdicts, seen] = await Promise.all([writing, follow(writing)]);

    const all = await readAll(replicas[0]!);
    expect(all).toHaveLength(WRITERS * EACH);
    expect(verifyChain(all)).toMatchObject({ ok: true });
    expect(seen).toEqual(all);
    // Each command was decided on the version right before its own: one winner a version.
    const versionOf = new Map(all.map((event) => [event.meta.commandId, event.version]));
    verdicts.forEach((turns, index) =>
      turns.forEach((verdict, turn) => expect(verdict).toEqual({ ok: { saw: versionOf.get(`w${index}-${turn}`)! - 1 }, repeated: false })),
    );
  });

  it('keep transaction ids in the order of positions', async () => {
    const [row] = await database.sql(
      `SELECT count(*)::int AS events, count(*) FILTER (WHERE xid < before)::int AS swapped
       FROM (SELECT xid, lag(xid) OVER (ORDER BY position) AS before FROM events) e`,
    );
    expect(row).toEqual({ events: WRITERS * EACH, swapped: 0 });
  });

  it('run a command once that both get at the same time, many times over', async () => {
    const replicas = [database.openLog(), database.openLog()];
    const before = (await readAll(replicas[0]!)).length;
    const ids = Array.from({ length: 40 }, (_id, index) => `both-${index}`);
    const submitted = ids.flatMap((commandId) =>
      [0, 1, 0, 1].map(async (replica) => ({
        commandId,
        verdict: await replicas[replica]!.submit(tally, tallyJob({ commandId, stream: 'both' })),
      })),
    );
    const answers = await Promise.all(submitted);
    for (const commandId of ids) {
      const verdicts = answers.filter((answer) => answer.commandId === commandId).map((answer) => answer.verdict);
      expect(verdicts.filter((verdict) => !verdict.repeated)).toHaveLength(1);
      expect(new Set(verdicts.map((verdict) => 'ok' in verdict && verdict.ok['saw'])).size).toBe(1);
    }
    expect((await readAll(replicas[0]!)).length - before).toBe(ids.length);
  });

  it('refuse another body under the same id on the other replica', async () => {
    const [one, two] = [database.openLog(), database.openLog()];
    await one.submit(tally, tallyJob({ commandId: 'body', stream: 'body' }));
    const other = await two.submit(tally, tallyJob({ commandId: 'body', fingerprint: 'other', stream: 'body' }));
    expect(other).toEqual({ refusal: { code: 'command-reused' }, repeated: false });
  });

  it('see each other’s events before deciding, from a warm cache', async () => {
    const [one, two] = [database.openLog(), database.openLog()];
    const saw: unknown[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const verdict = await (turn % 2 ? one : two).submit(tally, tallyJob({ commandId: `turn-${turn}`, stream: 'turns' }));
      saw.push('ok' in verdict && verdict.ok['saw']);
    }
    expect(saw).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await one.state(tally, 'turns')).toMatchObject({ count: 6 });
    expect(await two.state(tally, 'turns')).toMatchObject({ count: 6 });
  });
});
