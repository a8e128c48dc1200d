import { waitUntil } from '@keyturn/dev-stack';
import { querySubject } from '@keyturn/contracts';
import { AUDIT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CREDENTIAL } from '../src/testing/sample-events.ts';
import { startTestAudit } from './start-test-audit.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';
import { type TestStream, testStream } from './test-stream.ts';

const actor = { kind: 'person', id: 'ada', roles: ['auditor'] };

let stream: TestStream;
let database: TestDatabase;
const running: (() => Promise<void>)[] = [];

beforeAll(async () => {
  stream = await testStream();
});
afterAll(() => stream.dispose());
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
  await database.dispose();
  await stream.delete().catch(() => undefined);
  await stream.create();
});

const startAudit = (): Promise<() => Promise<void>> => startTestAudit({ stream, database, running });

const positions = async (): Promise<number[]> =>
  (await database.pool.query<{ position: string }>('SELECT position FROM entries ORDER BY position')).rows.map((row) =>
    Number(row.position),
  );
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
/** What is projected once there are as many entries, or at the deadline. */
const projected = async (count: number): Promise<number[]> => {
  await waitUntil(async () => (await positions()).length >= count, { timeoutMs: 20_000 });
  return positions();
};

describe('the audit service', () => {
  it('answers with what was published, and with nothing left out', async () => {
    await stream.publish(1, 600);
    await startAudit();
    expect(await projected(600)).toEqual(upTo(600));
    const gateway = await stream.connectAs('gateway');
    const data = { credentialId: CREDENTIAL, after: 590 };
    const reply = await gateway.request(querySubject('audit', 'timeline.read'), { actor, data }, { timeoutMs: 5000 });
    const page = AUDIT_QUERIES_TABLE['timeline.read'].answer.parse('ok' in reply ? reply.ok : null);
    expect(page).toMatchObject({ projectedTo: 600, total: 600 });
    expect(page.items.map(({ position }) => position)).toEqual(upTo(600).slice(590));
  });

  it('goes on where it was after a restart', async () => {
    await stream.publish(1, 5);
    const stop = await startAudit();
    expect(await projected(5)).toEqual(upTo(5));
    await stop();
    await stream.publish(6, 9);
    await startAudit();
    expect(await projected(9)).toEqual(upTo(9));
  });

  it('hears on when its durable consumer is deleted', async () => {
    await startAudit();
    await stream.publish(1, 3);
    expect(await projected(3)).toEqual(upTo(3));
    await stream.deleteDurable();
    await stream.publish(4, 6);
    expect(await projected(6)).toEqual(upTo(6));
  });

  it('takes nothing twice when the stream is deleted and filled again', async () => {
    await startAudit();
    await stream.publish(1, 3);
    expect(await projected(3)).toEqual(upTo(3));
    await stream.delete();
    await stream.create();
    await stream.publish(1, 5);
    expect(await projected(5)).toEqual(upTo(5));
  });

  it('hears on when NATS restarts', async () => {
    await startAudit();
    await stream.publish(1, 2);
    expect(await projected(2)).toEqual(upTo(2));
    await stream.restart();
    await stream.publish(3, 4);
    expect(await projected(4)).toEqual(upTo(4));
  });

  it('rebuilds itself when its database is new but its consumer is not', async () => {
    await stream.publish(1, 4);
    const stop = await startAudit();
    expect(await projected(4)).toEqual(upTo(4));
    await stop();
    await database.dispose();
    database = await testDatabase();
    await stream.publish(5, 6);
    await startAudit();
    expect(await projected(6)).toEqual(upTo(6));
  });

  it('has one of two replicas write', async () => {
    await Promise.all([startAudit(), startAudit()]);
    await stream.publish(1, 50);
    expect(await projected(50)).toEqual(upTo(50));
  });

  it('halts at what it cannot read, and its health says so', async () => {
    await stream.publish(1, 2);
    await stream.publishText('{"not":"an event"}');
    await startAudit();
    expect(await projected(2)).toEqual(upTo(2));
    const gateway = await stream.connectAs('gateway');
    const health = async () => gateway.request(querySubject('audit', 'health.check'), { actor, data: {} }, { timeoutMs: 5000 });
    await waitUntil(async () => JSON.stringify(await health()).includes('halted'), { timeoutMs: 20_000 });
    expect(JSON.stringify(await health())).toContain('halted at message 3');
    const { rows } = await database.pool.query('SELECT sequence, payload FROM parked');
    expect(rows).toEqual([{ sequence: '3', payload: '{"not":"an event"}' }]);
  });
});
