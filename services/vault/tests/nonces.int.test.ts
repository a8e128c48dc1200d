import { hkdfSync, randomUUID } from 'node:crypto';
import { type Bus, vaultClient } from '@keyturn/bus';
import { memoryNats } from '@keyturn/bus/testing';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import type { KeyWrapper, WrappedKey } from '../src/ports/key-wrapper.ts';
import { startRewrapper } from '../src/secrets/start-rewrapper.ts';
import { testLog, type TestLog } from './test-log.ts';
import { ADMIN, FIELDS, testReplica } from './test-vault.ts';

// A busy run of two replicas; then every AES-GCM key and nonce that it used is looked at: stored, re-wrapped, and on the wire.

const CREDENTIALS = 240;
const REVEALS = 120;
const AT_ONCE = 16;

let database: TestLog;
const kek = randomKek();
/** Everything that was ever wrapped, also what a re-wrap has replaced since. */
const wraps: WrappedKey[] = [];
/** Everything sealed that went over the wire, in either direction: its link, and its nonce. */
const onTheWire: { direction: string; linkId: string; nonce: string }[] = [];

const keepWraps = (wrapper: KeyWrapper): KeyWrapper => ({
  ...wrapper,
  wrap: async (...asked) => {
    const wrapped = await wrapper.wrap(...asked);
    wraps.push(wrapped);
    return wrapped;
  },
});
const hear = (direction: string, message: unknown): void => {
  JSON.stringify(message, (_name, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'linkId' in value && 'nonce' in value) {
      onTheWire.push({ direction, linkId: String(value.linkId), nonce: String(value.nonce) });
    }
    return value;
  });
};
const overheard = (bus: Bus): Bus => ({
  ...bus,
  serve: (subject, options, handler) =>
    bus.serve(subject, options, async (message) => {
      hear('request', message.payload);
      const reply = await handler(message);
      hear('reply', reply);
      return reply;
    }),
});

const nats = memoryNats();
const client = vaultClient({ bus: nats.bus(), actor: { ...ADMIN, authenticatedAt: new Date().toISOString() }, clock: systemClock });
const send = async (type: string, data: object, options: { secret?: Sensitive<unknown>; wantsSecret?: boolean } = {}): Promise<void> => {
  const answer = await client.command(type, data, { commandId: randomUUID(), ...options });
  if (!answer.ok) throw new Error(answer.refusal.code);
};
const secret = new Sensitive({ fields: { password: 'the same for all' } });

const register = async (credentialId: string, index: number): Promise<void> => {
  const data = { credentialId, address: `system.postgres.busy-${index}`, credentialType: 'database_password', publicFields: FIELDS };
  await send('credential.register', { ...data, issuer: null, untested: 'import' }, { secret });
};

/** So many at once that the replicas write batches, and not so many that a slow machine is out of time. */
const inTurns = async (tasks: readonly (() => Promise<void>)[]): Promise<void> => {
  const waiting = tasks.values();
  const worker = async (): Promise<void> => {
    for (const task of waiting) await task();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

beforeAll(async () => {
  database = await testLog();
});
afterAll(() => database.dispose());

it('no key of AES-GCM has met a nonce twice after a busy run, in no row, no re-wrap and no message', async () => {
  const held = [kek];
  const replicas = [];
  for (let each = 0; each < 2; each += 1) {
    replicas.push(await testReplica(database, held, { guardKeys: keepWraps, servedOn: overheard(nats.bus()) }));
  }
  const ids = Array.from({ length: CREDENTIALS }, () => uuidv7());
  await inTurns(ids.map((id, index) => () => register(id, index)));
  const reveals = Array.from(
    { length: REVEALS },
    (_, index) => () => send('credential.reveal', { credentialId: ids[index % CREDENTIALS], reason: 'a busy run' }, { wantsSecret: true }),
  );
  await inTurns(reveals);

  const next = randomKek();
  held.push(next);
  for (const { wrapper } of replicas) await wrapper.report();
  await send('key-ring.add', { kekId: next.id });
  await send('key-ring.activate', { kekId: next.id });
  await send('key-ring.rewrap', {});
  const [{ log, rewraps, keks, wrapper }] = replicas as [(typeof replicas)[number]];
  const leadership = postgresLeadership({ url: database.url, name: 'rewrap', retryMs: 20, logger: silentLogger });
  const pace = { pollMs: 20, retryMs: 20, progressMs: 0, rowsPerSecond: 0 };
  const onUnreadable = () => Promise.reject(new Error('nothing is unreadable here'));
  const deps = { log, store: rewraps, keks, keeper: wrapper, leadership, onUnreadable, newId: uuidv7, logger: silentLogger };
  const rewrapper = startRewrapper({ ...deps, ...pace });
  await expect.poll(() => database.sql('SELECT DISTINCT kek_id FROM wrapped_deks'), { timeout: 20_000 }).toEqual([{ kek_id: next.id }]);
  await rewrapper.stop();

  const wrapped = wraps.map((each) => `${each.kekId} ${Buffer.from(each.wrapped.subarray(1, 13)).toString('hex')}`);
  expect(wrapped.length).toBeGreaterThan(2 * CREDENTIALS);
  expect(new Set(wrapped).size).toBe(wrapped.length);

  const sealed = await database.sql<{ id: string; version: number; kekId: string; wrapped: Buffer; sealed: Buffer }>(
    `SELECT credential_id AS id, d.version, kek_id AS "kekId", wrapped, sealed FROM wrapped_deks d
     JOIN events e ON e.sealed IS NOT NULL AND e.stream = 'credential-' || credential_id AND d.version = 1`,
  );
  expect(sealed).toHaveLength(CREDENTIALS);
  const keysAndNonces = await Promise.all(
    sealed.map(async ({ id, version, sealed: envelope, ...key }) => {
      const dek = await wrapper.unwrap(key, { credentialId: id, version });
      const used = hkdfSync('sha256', dek.reveal(), envelope.subarray(4, 36), 'keyturn envelope v1 encryption', 32);
      return { key: Buffer.from(used).toString('hex'), nonce: envelope.subarray(68, 80).toString('hex') };
    }),
  );
  expect(new Set(keysAndNonces.map(({ key, nonce }) => `${key} ${nonce}`)).size).toBe(sealed.length);
  expect(new Set(keysAndNonces.map(({ key }) => key)).size).toBe(sealed.length); // a key for each version, too

  const messages = onTheWire.map(({ direction, linkId, nonce }) => `${direction} ${linkId} ${nonce}`);
  expect(messages.length).toBeGreaterThan(CREDENTIALS + 2 * REVEALS - 1);
  expect(new Set(messages).size).toBe(messages.length);
}, 120_000);
