import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { type CredentialPage, ScheduleView } from '@keyturn/contracts/queries';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { type Logger, silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresDueTable } from '../src/adapters/postgres/due-table.ts';
import type { Restore } from '../src/restore/state.ts';
import { doDue } from '../src/schedules/do-due.ts';
import { ADMIN, AUDITOR, FIELDS, registerOrders, testVault, type TestVault } from './test-vault.ts';

const DAY = 86_400_000;
const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const ask = async (type: string, data: object, actor: Actor = ADMIN) => {
  const secret = type === 'credential.register' ? { secret: new Sensitive({ fields: { password: 'x' } }) } : {};
  const answer = await vault.client(actor).command(type, data, { commandId: randomUUID(), ...secret });
  return answer.ok ? { value: answer.value.value } : { refusal: answer.refusal };
};
const done = async (type: string, data: object, actor: Actor = ADMIN): Promise<void> => {
  const answer = await ask(type, data, actor);
  if (answer.refusal) throw new Error(answer.refusal.code);
};
let made = 0;
const registered = async (): Promise<string> => (await registerOrders(vault, `system.postgres.due-${(made += 1)}`)).credentialId;
const register = async (publicFields: object, issuer: string | null, more: object = {}): Promise<string> => {
  const credentialId = uuidv7();
  const address = `system.postgres.due-${(made += 1)}`;
  const data = { credentialId, address, credentialType: 'database_password', publicFields, issuer, untested: 'import', ...more };
  await done('credential.register', data);
  return credentialId;
};
/** One look, so long from now. */
const look = (inMs: number, log = vault.log, restore: Restore | null = null, logger: Logger = silentLogger) =>
  doDue({
    log,
    table: postgresDueTable(vault.pool),
    hold: { restore: () => restore },
    newId: uuidv7,
    clock: { now: () => new Date(systemClock.now().getTime() + inMs) },
    logger,
  });
const scheduleOf = async (credentialId: string) => {
  const answer = await vault.client(ADMIN).query('credential.schedule', { credentialId });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return ScheduleView.parse(answer.value.value);
};
const schedule = (credentialId: string, rotateEveryMs = DAY) =>
  done('credential.change-schedule', { credentialId, schedule: { rotateEveryMs } });
const told = async (credentialId: string, pattern: RegExp) =>
  (await vault.events())
    .filter(({ type, data }) => pattern.test(type) && (data as { credentialId?: string }).credentialId === credentialId)
    .map(({ type, data, meta }) => ({ type, data, by: meta.actor.id }));

describe('a schedule', () => {
  it('has a rotation requested when its turn comes, once, however many replicas look', async () => {
    const credentialId = await registered();
    await schedule(credentialId);
    await look(DAY / 2);
    expect(await told(credentialId, /^rotation\.requested$/u)).toEqual([]);
    const logs = [vault.log, vault.openLog(), vault.openLog()];
    await Promise.all(logs.map((log) => look(DAY, log)));
    await look(DAY);
    expect(await told(credentialId, /^rotation\.requested$/u)).toMatchObject([{ data: { reason: 'scheduled', epoch: 1 }, by: 'vault' }]);
    expect((await scheduleOf(credentialId)).refused).toBeNull();
  });

  it('asks for a rotation that others have to approve, in the name of whoever set it, and keeps nobody waiting', async () => {
    const issuer = await register(FIELDS, null);
    const approved = await register(FIELDS, issuer, { policy: { approvals: 1 } });
    const other = await register(FIELDS, issuer);
    for (const id of [approved, other]) await schedule(id);
    await look(DAY);
    const requested = /^rotation\.requested$/u;
    expect(await told(approved, requested)).toMatchObject([{ data: { reason: 'scheduled', approvals: 1 } }]);
    expect(await told(other, requested)).toHaveLength(1);
    const approve = (id: string) => ask('rotation.approve', { credentialId: approved, epoch: 1 }, { ...ADMIN, id });
    expect(await approve(ADMIN.id)).toMatchObject({ refusal: { code: 'approver-asked-for-it' } });
    expect(await approve('ben')).toMatchObject({ value: { given: 1, needed: 1 } });
  });

  it('that throws is told of, and keeps none behind it from its turn', async () => {
    const [first, second] = [await registered(), await registered()];
    for (const id of [first, second]) await schedule(id);
    const name = (type: string) =>
      vault.sql('UPDATE events SET type = $2 WHERE stream = $1 AND version = 3', [`credential-${first}`, type]);
    const failed: unknown[] = [];
    const logger = { ...silentLogger, error: (event: string, fields: object = {}) => void failed.push({ event, ...fields }) };
    await name('credential.unheard-of');
    try {
      await look(DAY, vault.openLog(), null, logger);
    } finally {
      await name('credential.rotated');
    }
    expect(failed).toEqual([{ event: 'schedule.credential-failed', credentialId: first, error: expect.any(Error) }]);
    expect(await told(second, /^rotation\.requested$/u)).toHaveLength(1);
  });

  it('waits while a restored log is held', async () => {
    const credentialId = await registered();
    await schedule(credentialId);
    await look(DAY, vault.log, { incarnation: 2 } as Restore);
    expect(await told(credentialId, /^rotation\./u)).toEqual([]);
  });

  it('that can’t be kept says so once: disabled, without an issuer, or at another server than its issuer', async () => {
    const disabled = await registered();
    await done('credential.disable', { credentialId: disabled, reason: 'not used' });
    const alone = await register(FIELDS, null);
    const issuer = await register(FIELDS, null);
    const strayed = await register({ ...FIELDS, host: 'elsewhere.internal' }, issuer);
    for (const id of [disabled, alone, strayed]) await schedule(id);
    await look(DAY);
    await look(DAY + 1);
    const codes = async (id: string) =>
      (await told(id, /^rotation\.requested$|refused$/u)).map(({ data }) => (data as { reasonCode?: string }).reasonCode);
    expect([await codes(disabled), await codes(alone), await codes(strayed)]).toEqual([
      ['credential-disabled'],
      ['issuer-missing'],
      ['secret-needed'],
    ]);
    expect((await scheduleOf(disabled)).refused).toMatchObject({
      code: 'credential-disabled',
      sentence: 'It is disabled: enable it first.',
    });
    await done('credential.enable', { credentialId: disabled });
    expect((await scheduleOf(disabled)).refused).toBeNull();
    await look(DAY);
    expect(await told(disabled, /^rotation\.requested$/u)).toHaveLength(1);
  });

  it('that is not kept for a day is overdue, which the list finds', async () => {
    const credentialId = await registered();
    await schedule(credentialId);
    await look(DAY);
    await done('epoch.fail', { credentialId, epoch: 1, step: 'stage', reasonCode: 'provider-down', sentence: 'It is down.' }, WORKER);
    const listed = async () => {
      const page = await vault.client(ADMIN).query('credential.list', { overdue: true });
      if (!page.ok) throw new Error(page.refusal.code);
      return (page.value.value as CredentialPage).items.find((item) => item.credentialId === credentialId);
    };
    expect(await listed()).toBeUndefined();
    await look(2 * DAY + 1_000);
    expect(await listed()).toMatchObject({ overdueSince: expect.any(String) });
    expect(await scheduleOf(credentialId)).toMatchObject({ failures: 1, overdueSince: expect.any(String) });
  });

  it('is changed by who may rotate, and read by who may read; what is no schedule is refused', async () => {
    const credentialId = await registered();
    const change = (data: object, actor: Actor = ADMIN) => ask('credential.change-schedule', { credentialId, ...data }, actor);
    expect(await change({ schedule: null }, AUDITOR)).toMatchObject({ refusal: { code: 'not-allowed' } });
    const window = { days: ['mon'], from: '09:00', to: '17:00', timeZone: 'Mars/Olympus' };
    expect(await change({ schedule: { rotateEveryMs: DAY, window } })).toMatchObject({ refusal: { code: 'message-invalid' } });
    expect(await change({ schedule: { rotateEveryMs: 1 } })).toMatchObject({ refusal: { code: 'message-invalid' } });
    expect(await change({ schedule: null, remindDaysBefore: [3] })).toMatchObject({ value: { credentialId } });
    expect(await scheduleOf(credentialId)).toMatchObject({ schedule: null, dueAt: null, startsAt: null, remindDaysBefore: [3] });
    expect(await ask('credential.change-schedule', { credentialId: uuidv7(), schedule: null })).toMatchObject({
      refusal: { code: 'credential-unknown' },
    });
    expect(await vault.client(ADMIN).query('credential.schedule', { credentialId: uuidv7() })).toMatchObject({
      refusal: { code: 'credential-unknown' },
    });
  });
});

describe('what expires', () => {
  it('is told of at 30, 7 and 1 days and when it is past, once each; also where it was written before the vault looked', async () => {
    const expiresAt = new Date(systemClock.now().getTime() + 40 * DAY).toISOString();
    const credentialId = await register(FIELDS, null, { expiresAt });
    await vault.sql(`UPDATE credential_upkeep SET body = body || '{"lookAt": "1970-01-01T00:00:00.000Z"}' WHERE credential_id = $1`, [
      credentialId,
    ]);
    for (const days of [0, 10, 11, 33, 34, 39, 40, 41]) await look(days * DAY + 1_000);
    expect(
      (await told(credentialId, /^credential\.expir/u)).map(({ type, data }) => [type, (data as { daysBefore?: number }).daysBefore]),
    ).toEqual([
      ['credential.expiring', 30],
      ['credential.expiring', 7],
      ['credential.expiring', 1],
      ['credential.expired', undefined],
    ]);
  });
});
