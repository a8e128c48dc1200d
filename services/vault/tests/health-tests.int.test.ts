import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { TestList } from '@keyturn/contracts/queries';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresErrandTable } from '../src/adapters/postgres/errand-table.ts';
import { postgresHealthTestTable } from '../src/adapters/postgres/health-test-table.ts';
import { askForDueTests, type HealthTestDeps, type PassedOver } from '../src/health-tests/health-tests.ts';
import type { Restore } from '../src/restore/state.ts';
import { ADMIN, FIELDS, testVault, type TestVault } from './test-vault.ts';

const HOUR = 3_600_000;
const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const command = async (type: string, data: object, actor: Actor = ADMIN, secret?: Record<string, string>) => {
  const sent = { commandId: randomUUID(), ...(secret && { secret: new Sensitive({ fields: secret }) }) };
  const answer = await vault.client(actor).command(type, data, sent);
  if (!answer.ok) throw new Error(answer.refusal.code);
};
const registerAs = async (data: object, secret: Record<string, string>): Promise<string> => {
  const credentialId = uuidv7();
  await command('credential.register', { credentialId, untested: 'import', ...data }, ADMIN, secret);
  return credentialId;
};
const register = (name: string, publicFields: object = FIELDS): Promise<string> =>
  registerAs({ address: `system.postgres.${name}`, credentialType: 'database_password', publicFields }, { password: 'x' });
const keyOf = (provider: string, name: string, apiKey: string): Promise<string> =>
  registerAs({ address: `system.chat.${name}`, credentialType: 'user_api_key', publicFields: { provider } }, { apiKey });
const testsOf = async (credentialId: string) => {
  const answer = await vault.client(ADMIN).query('credential.tests', { credentialId });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return TestList.parse(answer.value.value);
};
const isAsked = async (credentialId: string): Promise<boolean> => (await testsOf(credentialId)).open !== null;
const open = () => postgresErrandTable(vault.pool).open();
const works = (credentialId: string) =>
  command('errand.record-tested', { credentialId, version: 1, verdict: 'valid', sentence: 'It works.', elapsedMs: 3 }, WORKER);

const passedOver: PassedOver = new Map();

/** One look, so long from now, at those whose last test is older than an hour. */
const look = async (inMs: number, restore: Restore | null = null): Promise<void> => {
  const deps: HealthTestDeps = {
    log: vault.log,
    table: postgresHealthTestTable(vault.pool),
    hold: { restore: () => restore },
    everyMs: HOUR,
    newId: uuidv7,
    clock: { now: () => new Date(systemClock.now().getTime() + inMs) },
    logger: silentLogger,
  };
  await askForDueTests(deps, passedOver);
};

describe('a health test', () => {
  it('is asked for once the last one is too old, and done it is new again; its history says that nobody asked', async () => {
    const credentialId = await register('due');
    await look(0);
    expect(await isAsked(credentialId)).toBe(false);
    await look(2 * HOUR);
    expect(await testsOf(credentialId)).toMatchObject({ open: { by: { kind: 'service', id: 'vault' } }, items: [] });
    await look(2 * HOUR); // while it is open nothing more is asked
    await works(credentialId);
    expect(await testsOf(credentialId)).toMatchObject({ open: null, items: [{ why: 'scheduled', verdict: 'valid' }] });
    await look(HOUR / 2);
    expect(await isAsked(credentialId)).toBe(false);
    await command('credential.disable', { credentialId, reason: 'not used' });
    await look(2 * HOUR);
    expect(await isAsked(credentialId)).toBe(false);
  });

  it('is not asked for where there is none, nor while a restored log is held', async () => {
    const untestable = await register('untestable', {});
    const testable = await register('held');
    await look(2 * HOUR, { incarnation: 2 } as Restore);
    expect([await isAsked(untestable), await isAsked(testable)]).toEqual([false, false]);
    await look(2 * HOUR);
    expect([await isAsked(untestable), await isAsked(testable)]).toEqual([false, true]);
    await works(testable);
  });

  it('passes over a row from before it was known whether there is one', async () => {
    const credentialId = await register('older', {});
    const drop = `UPDATE credential_upkeep SET body = body - 'testable' - 'testedAt' WHERE credential_id = $1`;
    await vault.sql(drop, [credentialId]);
    await look(0);
    expect([...passedOver.keys()]).toEqual([credentialId]);
    await look(0);
    expect([...passedOver.keys()]).toEqual([credentialId]);
    await command('credential.disable', { credentialId, reason: 'not used' });
  });

  it('is asked for at the other providers while those of one are put off, whatever their types and services are', async () => {
    const busy = await Promise.all(['a', 'b', 'c', 'd'].map((name) => keyOf('openai', `busy-${name}`, 'sk-0123456789')));
    const admin = { address: 'system.admin.busy', credentialType: 'openai_admin_key', publicFields: {} };
    busy.push(await registerAs(admin, { adminKey: 'sk-admin-0123456789' }));
    const others = [await keyOf('anthropic', 'free', 'sk-ant-0123456789'), await register('free')];
    const asked = async (ids: readonly string[]) => {
      const all = await open();
      return ids.filter((id) => all.includes(id));
    };
    await look(2 * HOUR);
    expect(await asked(busy)).toHaveLength(4);
    expect(await asked(others)).toEqual(others);
    const putOff = await asked(busy);
    await Promise.all(others.map(works));
    await look(4 * HOUR);
    expect(await asked(busy)).toEqual(putOff);
    expect(await asked(others)).toEqual(others);
    await Promise.all((await open()).map(works));
    for (const credentialId of [...busy, ...others]) await command('credential.disable', { credentialId, reason: 'not used' });
  });

  it('leaves room for what people ask: four at once at a provider', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, (_, index) => register(`many-${index}`)));
    await look(2 * HOUR);
    const first = await open();
    expect(first).toHaveLength(4);
    await look(2 * HOUR);
    expect(await open()).toEqual(first);
    await Promise.all(first.map(works));
    const left = ids.filter((id) => !first.includes(id));
    await look(2 * HOUR);
    expect(await open()).toEqual(expect.arrayContaining(left)); // the ones longest ago come first
  });
});
