import { waitUntil } from '@keyturn/dev-stack';
import { querySubject } from '@keyturn/contracts';
import type { Recorded } from '@keyturn/contracts/events';
import { AUDIT_QUERIES_TABLE, type AuditQueryInput } from '@keyturn/contracts/queries';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CREDENTIAL, publishedText, recordedAt, rehashed, sample } from '../src/testing/sample-events.ts';
import { startTestAudit } from './start-test-audit.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';
import { type TestStream, testStream } from './test-stream.ts';

const AUDITOR = { kind: 'person', id: 'ari', roles: ['auditor'] };
const VAULT = { kind: 'service', id: 'vault', roles: ['vault'] };
const OTHER = '0190c8a0-2222-7000-8000-000000000002';

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

type Made = { readonly type: string; readonly data: unknown };
/** A log of these events behind those that `before` already holds. */
const logOf = (before: readonly Recorded[], made: readonly Made[], incarnation = 1): Recorded[] =>
  made.reduce<Recorded[]>(
    (log, { type, data }) => {
      const position = log.length + 1;
      const last = log.at(-1);
      const event = { ...recordedAt(position), type, data, prevHash: last?.hash ?? recordedAt(1).prevHash };
      return [...log, rehashed({ ...event, meta: { ...event.meta, incarnation } })];
    },
    [...before],
  );
const of = (type: 'credential.shredded' | 'credential.deleted', credentialId: string): Made => {
  const { data } = sample(type);
  return { type, data: { ...data, credentialId } };
};
const deletionOf = (credentialId: string): Made[] => [of('credential.shredded', credentialId), of('credential.deleted', credentialId)];
const restoredFrom = ({ position, hash }: Recorded, incarnation: number): Made => ({
  type: 'log.restored',
  data: { ...sample('log.restored').data, head: { position, hash }, incarnation },
});

const publish = async (log: readonly Recorded[]): Promise<void> => {
  for (const event of log) await stream.publishText(publishedText(event));
};
const refill = async (log: readonly Recorded[]): Promise<void> => {
  await stream.delete();
  await stream.create();
  await publish(log);
};
const served = async (): Promise<string | undefined> =>
  (await database.pool.query<{ hash: string }>(`SELECT hash FROM checkpoint WHERE state = 'served'`)).rows[0]?.hash;
const projected = async (log: readonly Recorded[]): Promise<void> => {
  expect(await waitUntil(async () => (await served()) === log.at(-1)?.hash, { timeoutMs: 20_000 })).toBe(true);
};
const start = (): Promise<() => Promise<void>> => startTestAudit({ stream, database, running });

const ask = async (identity: 'gateway' | 'vault', name: 'lost.read' | 'lost.shreds', data: object, actor: object) => {
  const bus = await stream.connectAs(identity);
  const reply = await bus.request(querySubject('audit', name), { actor, data }, { timeoutMs: 5_000 });
  await bus.close();
  return reply;
};
const shreds = async (data: AuditQueryInput<'lost.shreds'>) => {
  const reply = await ask('vault', 'lost.shreds', data, VAULT);
  return AUDIT_QUERIES_TABLE['lost.shreds'].answer.parse('ok' in reply ? reply.ok : reply);
};
const lost = async (data: AuditQueryInput<'lost.read'>) => {
  const reply = await ask('gateway', 'lost.read', data, AUDITOR);
  return AUDIT_QUERIES_TABLE['lost.read'].answer.parse('ok' in reply ? reply.ok : reply);
};
const headOf = (log: readonly Recorded[], position: number) => ({ position, hash: log[position - 1]!.hash });

const BEFORE = [sample('rotation.requested'), ...deletionOf('0190c8a0-3333-7000-8000-000000000003')];
const backedUp = logOf([], BEFORE);
const old = logOf(backedUp, [...deletionOf(CREDENTIAL), sample('rotation.requested'), of('credential.shredded', OTHER)]);
const restored = logOf(backedUp, [restoredFrom(backedUp.at(-1)!, 2), ...deletionOf(CREDENTIAL)], 2);

describe('the shreds of a lost log', () => {
  it('are told to the vault before audit has seen the restore, and after it, and only those behind the backup', async () => {
    await publish(old);
    await start();
    await projected(old);
    const asked = { head: headOf(backedUp, 3), incarnation: 2 };
    const told = {
      known: true,
      lostTo: 7,
      next: null,
      items: [
        expect.objectContaining({
          position: 4,
          credentialId: CREDENTIAL,
          deleted: expect.objectContaining({ reason: expect.any(String) }),
        }),
        expect.objectContaining({ position: 7, credentialId: OTHER, deleted: null }),
      ],
    };
    expect(await shreds(asked)).toEqual(told);
    await refill(restored);
    await projected(restored);
    expect(await shreds(asked)).toEqual(told);
  });

  it('are told page by page, and a deletion is never cut in two', async () => {
    const many = Array.from({ length: 7 }, (_, each) => deletionOf(`0190c8a0-4444-7000-8000-00000000000${each}`));
    const log = logOf(backedUp, [sample('rotation.requested'), ...many.flat()]);
    await publish(log);
    await start();
    await projected(log);
    const items = [];
    let pages = 0;
    for (let after: { position: number; hash: string } | null | undefined; after !== null; pages += 1) {
      const page = await shreds({ head: headOf(backedUp, 3), incarnation: 2, limit: 1, ...(after ? { after } : {}) });
      items.push(...page.items);
      after = page.next;
    }
    expect(pages).toBeGreaterThan(6);
    expect(items.map(({ credentialId }) => credentialId.at(-1))).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(items.every(({ deleted }) => deleted !== null)).toBe(true);
  });

  it('are not known while audit has not come to the backup’s last event, and none where nothing was lost', async () => {
    await publish(old.slice(0, 2));
    await start();
    await projected(old.slice(0, 2));
    const asked = { head: headOf(backedUp, 3), incarnation: 2 };
    expect(await shreds(asked)).toEqual({ known: false, lostTo: null, items: [], next: null });
    expect(await shreds({ ...asked, head: { position: 2, hash: 'b'.repeat(64) } })).toMatchObject({ known: false });
    await refill(restored);
    await projected(restored);
    expect(await shreds(asked)).toEqual({ known: true, lostTo: null, items: [], next: null });
  });

  it('of both logs are told when the same backup is restored twice', async () => {
    await publish(old);
    await start();
    await projected(old);
    const second = logOf(backedUp, [restoredFrom(backedUp.at(-1)!, 2), ...deletionOf('0190c8a0-5555-7000-8000-000000000005')], 2);
    await refill(second);
    await projected(second);
    const third = logOf(backedUp, [restoredFrom(backedUp.at(-1)!, 3)], 3);
    await refill(third);
    await projected(third);
    const { items } = await shreds({ head: headOf(backedUp, 3), incarnation: 3 });
    expect(items.map(({ credentialId }) => credentialId).toSorted()).toEqual(
      [CREDENTIAL, '0190c8a0-5555-7000-8000-000000000005', OTHER].toSorted(),
    );
  });

  it('are for the vault only', async () => {
    await start();
    const asked = { head: { position: 0, hash: '0'.repeat(64) }, incarnation: 2 };
    for (const roles of [['admin'], ['auditor'], []]) {
      expect(await ask('gateway', 'lost.shreds', asked, { kind: 'person', id: 'ada', roles })).toEqual({
        refusal: { code: 'not-allowed', action: 'lost.shreds' },
      });
    }
    expect(await ask('gateway', 'lost.read', {}, { kind: 'person', id: 'ada', roles: ['user'] })).toMatchObject({
      refusal: { code: 'not-allowed' },
    });
  });
});

describe('lost entries', () => {
  it('are read page by page, and by credential, log after log', async () => {
    await publish(old);
    await start();
    await projected(old);
    expect(await lost({})).toEqual({ items: [], nextCursor: null, total: 0 });
    await refill(restored);
    await projected(restored);
    const first = await lost({ limit: 3 });
    expect(first).toMatchObject({ total: 4, nextCursor: '1.6' });
    expect(first.items.map(({ position, type, generation }) => [generation, position, type])).toEqual([
      [1, 4, 'credential.shredded'],
      [1, 5, 'credential.deleted'],
      [1, 6, 'rotation.requested'],
    ]);
    const rest = await lost({ limit: 3, cursor: first.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ position: 7 }], nextCursor: null });
    expect((await lost({ credentialId: OTHER })).items.map(({ position }) => position)).toEqual([7]);
    const again = logOf(restored.slice(0, 5), [restoredFrom(restored[4]!, 3)], 3);
    await refill(again);
    await projected(again);
    const both = await lost({});
    expect(both.items.map(({ generation, position }) => `${generation}.${position}`)).toEqual(['1.4', '1.5', '1.6', '1.7', '2.6']);
  });
});
