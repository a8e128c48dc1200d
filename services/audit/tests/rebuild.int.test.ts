import { waitUntil } from '@keyturn/dev-stack';
import { querySubject } from '@keyturn/contracts';
import { AUDIT_QUERIES_TABLE, type AuditQueryAnswer } from '@keyturn/contracts/queries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditDatabase } from '../src/adapters/postgres/audit-database.ts';
import { checkStoredEntries } from '../src/integrity/check-stored-entries.ts';
import { entriesDigest } from '../src/integrity/entries-digest.ts';
import { oneOfEveryType, publishedText, recordedAt, rehashed, rowOf, sample } from '../src/testing/sample-events.ts';
import { startTestAudit } from './start-test-audit.ts';
import { asSuperuserOf, type TestDatabase, testDatabase } from './test-database.ts';
import { type TestStream, testStream } from './test-stream.ts';

const actor = { kind: 'person', id: 'ada', roles: ['admin'] } as const;

let stream: TestStream;
let database: TestDatabase;
const running: (() => Promise<void>)[] = [];

beforeEach(async () => {
  stream = await testStream();
  database = await testDatabase();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
  await database.dispose();
  await stream.dispose();
});

const startAudit = () => startTestAudit({ stream, database, running });
type Name = keyof typeof AUDIT_QUERIES_TABLE;
const ask = async <N extends Name>(name: N, data: object = {}): Promise<AuditQueryAnswer<N>> => {
  const gateway = await stream.connectAs('gateway');
  const reply = await gateway.request(querySubject('audit', name), { actor, data }, { timeoutMs: 5_000 });
  await gateway.close();
  return AUDIT_QUERIES_TABLE[name].answer.parse('ok' in reply ? reply.ok : reply) as AuditQueryAnswer<N>;
};
const until = async (condition: () => Promise<boolean>): Promise<void> => {
  expect(await waitUntil(condition, { timeoutMs: 20_000 })).toBe(true);
};
const projectedTo = (position: number) => until(async () => (await auditDatabase(database.pool).store.checkpoint()).position === position);
const rebuilt = async () => {
  await until(async () => (await ask('rebuild.get')).rebuild?.state !== 'building');
  return (await ask('rebuild.get')).rebuild;
};

describe('a rebuild', () => {
  it('comes to the same entries while events keep coming, and every query is answered meanwhile', async () => {
    await stream.publish(1, 300, oneOfEveryType);
    await startAudit();
    await projectedTo(300);
    const before = await entriesDigest(auditDatabase(database.pool).storedOf('served'), 300);
    const served = new AbortController();
    let last = 300;
    const publishing = (async () => {
      while (!served.signal.aborted) await stream.publish((last += 1), last, oneOfEveryType);
    })();
    const positionNow = async () => (await ask('health.check')).position;
    expect(await ask('rebuild.start')).toMatchObject({ generation: 2, state: 'building' });
    const atStart = await positionNow();
    const totals: number[] = [];
    while ((await ask('rebuild.get')).rebuild?.state === 'building') totals.push((await ask('timeline.read')).total);
    const { compared, state } = (await rebuilt())!;
    expect({ state, digest: compared!.digest }).toEqual({ state: 'served', digest: compared!.replacedDigest });
    served.abort();
    await publishing;
    await projectedTo(last);
    expect(last).toBeGreaterThan(atStart); // they did keep coming
    expect(totals.every((total, index) => total >= (totals[index - 1] ?? 300))).toBe(true);
    expect(await entriesDigest(auditDatabase(database.pool).storedOf('served'), 300)).toBe(before);
    const { rows } = await database.pool.query('SELECT count(*)::int AS n, max(position)::int AS last FROM entries WHERE generation = 2');
    expect(rows).toEqual([{ n: last, last }]);
    const open = 'SELECT credential_id, epoch, position FROM open_rotations WHERE generation = $1 ORDER BY position';
    const [ofBefore, ofNow] = [await database.pool.query(open, [1]), await database.pool.query(open, [2])];
    expect(ofNow.rows.length).toBeGreaterThan(0);
    expect(ofNow.rows.filter(({ position }) => position <= 300)).toEqual(ofBefore.rows.filter(({ position }) => position <= 300));
    expect(await ask('health.check')).toEqual({ ok: true, down: [], position: last, behind: null });
    // and of all of them, those that came meanwhile too, once more in quiet
    expect(await ask('rebuild.start')).toMatchObject({ generation: 3 });
    const again = (await rebuilt())!;
    expect(again).toMatchObject({ generation: 3, state: 'served', compared: { upTo: last, digest: again.compared!.replacedDigest } });
  });

  it('goes on where a process left it', async () => {
    await stream.publish(1, 5);
    const { rebuilds, storeOf, store } = auditDatabase(database.pool);
    const { generation } = await rebuilds.request();
    const stop = await startAudit();
    await until(async () => (await rebuilds.latest())?.state === 'served');
    expect(generation).toBe(2);
    await stop();
    await rebuilds.request();
    await stream.publish(6, 7);
    await startAudit();
    expect(await rebuilt()).toMatchObject({ generation: 3, state: 'served' });
    await projectedTo(7);
    expect(await store.append(await store.checkpoint(), [])).toBe('stored');
    await expect(storeOf(3).checkpoint()).rejects.toThrow('missing'); // it is served: nobody builds it any more
  });

  it('is one, however often it is asked for', async () => {
    const { rebuilds } = auditDatabase(database.pool);
    const asked = await Promise.all([rebuilds.request(), rebuilds.request(), rebuilds.request()]);
    expect(asked.map(({ generation }) => generation)).toEqual([2, 2, 2]);
  });

  it('is refused, and convicts, when the log tells another story by now', async () => {
    await stream.publish(1, 4);
    const stop = await startAudit();
    await projectedTo(4);
    await stop();
    await stream.delete();
    await stream.create();
    // rewritten from position 3 on, every hash made to fit
    const third = rehashed({ ...recordedAt(3), data: { ...sample('rotation.requested').data, reason: 'scheduled' } });
    const fourth = rehashed({ ...recordedAt(4), prevHash: third.hash });
    for (const event of [recordedAt(1), recordedAt(2), third, fourth]) await stream.publishText(publishedText(event));
    await auditDatabase(database.pool).rebuilds.request();
    await startAudit();
    expect(await rebuilt()).toMatchObject({ state: 'refused', refusedBecause: expect.stringContaining('position 3') });
    const { items, convictions } = await ask('timeline.read');
    expect(items).toHaveLength(4);
    expect(convictions?.map(({ position }) => position)).toContain(3);
  });
});

describe('a log that was restored from a backup', () => {
  it('is witnessed anew from there on, and what it lost is kept and marked', async () => {
    await stream.publish(1, 5);
    await startAudit();
    await projectedTo(5);
    await stream.delete();
    await stream.create();
    const head = { position: 2, hash: recordedAt(2).hash };
    const restored = recordedAt(3, { type: 'log.restored', data: { ...sample('log.restored').data, head } });
    const after = rehashed({ ...recordedAt(4), prevHash: restored.hash });
    for (const event of [recordedAt(1), recordedAt(2), restored, after]) await stream.publishText(publishedText(event));
    await projectedTo(4);
    const { items, convictions, total } = await ask('timeline.read');
    expect(total).toBe(4);
    expect(items.map(({ type }) => type)).toEqual(['rotation.requested', 'rotation.requested', 'log.restored', 'rotation.requested']);
    expect(convictions?.map(({ sentence }) => sentence)).toContain(
      'the log was restored from a backup: what was witnessed from position 3 on is lost to it',
    );
    expect(await asSuperuserOf(database, 'SELECT position::int, hash FROM lost_entries ORDER BY 1')).toEqual(
      [3, 4, 5].map((position) => ({ position, hash: recordedAt(position).hash })),
    );
    // it goes on
    await stream.publishText(publishedText(rehashed({ ...recordedAt(5), prevHash: after.hash })));
    await projectedTo(5);
    await until(async () => (await ask('status.read')).troubles.length === 0);
    await asSuperuserOf(database, "UPDATE convictions SET settled_at = now(), settled_because = 'we did'");
    expect(await ask('health.check')).toMatchObject({ ok: true, down: [], position: 5 });
  });

  it('is convicted where it was not: the event before is another one', async () => {
    await stream.publish(1, 5);
    await startAudit();
    await projectedTo(5);
    await stream.delete();
    await stream.create();
    const forged = rehashed({ ...recordedAt(3, { type: 'log.restored', data: sample('log.restored').data }) });
    for (const event of [recordedAt(1), recordedAt(2), forged]) await stream.publishText(publishedText(event));
    await until(async () => (await ask('timeline.read')).convictions?.some(({ position }) => position === 3) ?? false);
    expect((await ask('status.read')).troubles.join()).toContain('halted');
    expect(await asSuperuserOf(database, 'SELECT 1 FROM lost_entries')).toEqual([]);
  });
});

describe('a log that was changed', () => {
  it('is convicted, by position, when the stream is filled again from an edited row', async () => {
    await stream.publish(1, 5);
    await startAudit();
    await projectedTo(5);
    await stream.delete();
    await stream.create();
    await stream.publish(1, 2);
    const edited = { ...recordedAt(3), data: { ...sample('rotation.requested').data, reason: 'scheduled' } };
    await stream.publishText(publishedText(edited));
    await stream.publish(4, 6);
    const sentence = 'position 3 has a hash that is not the hash of what it says';
    await until(async () => (await ask('health.check')).down.length > 1);
    expect((await ask('health.check')).down).toContain(`the log is not as it was witnessed: ${sentence}`);
    expect((await ask('timeline.read')).convictions).toEqual([{ position: 3, sentence }]);
    expect((await ask('timeline.read')).projectedTo).toBe(5);
  });

  it("is convicted while it runs, of a row that was changed in the vault's table alone", async () => {
    const rows = [1, 2, 3].map((position) => rowOf(recordedAt(position)));
    await stream.serveHead(() => ({ position: 3, hash: recordedAt(3).hash }));
    await stream.serveLog(() => rows);
    await stream.publish(1, 3);
    await startAudit();
    await projectedTo(3);
    expect(await ask('integrity.check')).toEqual({ ok: true, found: [], unread: null });
    rows[1] = { ...rows[1]!, data: rows[1]!.data.replace('manual', 'scheduled') };
    const sentence = 'position 2 has a hash that is not the hash of what it says';
    await until(async () => !(await ask('health.check')).ok);
    expect((await ask('health.check')).down).toEqual([`the log is not as it was witnessed: ${sentence}`]);
    expect((await ask('status.read')).convictions).toEqual([{ position: 2, sentence }]);
    expect(await ask('integrity.check')).toMatchObject({ ok: false, found: [{ position: 2, sentence }] });
    await stream.publish(4, 5);
    await projectedTo(5); // what is new is projected all the same
  });

  it('is convicted by its head alone', async () => {
    await stream.serveHead(() => ({ position: 3, hash: 'f'.repeat(64) }));
    await stream.publish(1, 3);
    await startAudit();
    await until(async () => (await ask('health.check')).down.length > 0);
    expect((await ask('timeline.read')).convictions).toEqual([
      { position: 3, sentence: 'position 3 was witnessed with another hash than the vault has there now' },
    ]);
  });

  it('is convicted when its end is missing', async () => {
    await stream.publish(1, 3);
    await startAudit();
    await projectedTo(3);
    await stream.serveHead(() => ({ position: 2, hash: recordedAt(2).hash }));
    await until(async () => (await ask('health.check')).down.length > 0);
    expect((await ask('health.check')).down[0]).toContain('ends at position 2, though events up to position 3 were witnessed');
  });

  it('is believed while its head is the one that was witnessed', async () => {
    await stream.serveHead(() => ({ position: 3, hash: recordedAt(3).hash }));
    await stream.publish(1, 3);
    await startAudit();
    await projectedTo(3);
    expect(await ask('integrity.check')).toMatchObject({ found: [], unread: expect.stringContaining('no answer') });
    expect(await ask('health.check')).toMatchObject({ ok: true });
  });
});

describe('entries that an older version worded', () => {
  const reword = () => asSuperuserOf(database, `UPDATE entries SET projection = 1, summary = 'in older words', who = 'somebody'`);

  it('convict nobody, and are made anew when the service starts', async () => {
    await stream.publish(1, 4);
    const stop = await startAudit();
    await projectedTo(4);
    await stop();
    await reword();
    await startAudit();
    await until(async () => (await ask('rebuild.get')).rebuild?.state === 'served');
    const { items, convictions } = await ask('timeline.read');
    expect(items.map(({ summary }) => summary)).toEqual(Array.from({ length: 4 }, () => 'asked for rotation 1 (manual)'));
    expect(convictions).toEqual([]);
    expect(await ask('integrity.check')).toMatchObject({ found: [], unread: expect.stringContaining('no answer') });
  });

  it('still convict who changed a fact of them', async () => {
    await stream.publish(1, 4);
    const stop = await startAudit();
    await projectedTo(4);
    await stop(); // or it would make them anew meanwhile
    const { store, storedOf } = auditDatabase(database.pool);
    const check = async () => checkStoredEntries(storedOf('served'), await store.checkpoint());
    await reword();
    expect(await check()).toBeNull();
    await asSuperuserOf(database, `UPDATE entries SET from_ip = '192.0.2.99' WHERE position = 2`);
    expect(await check()).toMatchObject({ position: 2, sentence: expect.stringContaining('does not say what its event says') });
  });
});

describe('a relay that stands still', () => {
  it('is told of by the health, with how far audit is behind, until it goes on', async () => {
    await stream.serveHead(() => ({ position: 3, hash: recordedAt(3).hash }));
    await stream.publish(1, 1);
    await startAudit();
    await until(async () => !(await ask('health.check')).ok);
    const { down, behind } = await ask('health.check');
    expect(behind?.events).toBe(2);
    expect(down).toEqual([`2 events behind the vault since ${behind?.since}: its relay or the stream stands still`]);
    expect(await ask('status.read')).toMatchObject({ projectedTo: 1, behind, troubles: down, convictions: [] });
    await stream.publish(2, 3);
    await until(async () => (await ask('health.check')).ok);
    expect(await ask('health.check')).toEqual({ ok: true, down: [], position: 3, behind: null });
  });
});

describe("audit's own table", () => {
  it.each([
    [
      'a summary that was changed',
      "UPDATE entries SET summary = 'nothing happened' WHERE position = 2",
      2,
      'does not say what its event says',
    ],
    [
      'an event that was changed',
      `UPDATE entries SET recorded = replace(recorded, 'manual', 'scheduled') WHERE position = 3`,
      3,
      'another hash',
    ],
    ['a row that is gone', 'DELETE FROM entries WHERE position = 1', 1, 'is missing'],
    ['its last rows gone', 'DELETE FROM entries WHERE position > 2', 3, 'is missing'],
  ])('is convicted of %s, at once when somebody asks', async (_what, statement, position, words) => {
    await stream.publish(1, 4);
    await startAudit();
    await projectedTo(4);
    expect(await ask('integrity.check')).toMatchObject({ found: [], unread: expect.stringContaining('no answer') });
    await asSuperuserOf(database, statement);
    const { ok, found } = await ask('integrity.check');
    expect({ ok, positions: found.map((each) => each.position) }).toEqual({ ok: false, positions: [position] });
    expect(found[0]?.sentence).toContain(words);
    expect((await ask('timeline.read')).convictions).toEqual(found);
  });
});
