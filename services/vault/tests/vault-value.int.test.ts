import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { ChangeResult, CredentialView, TestList, VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresErrandTable } from '../src/adapters/postgres/errand-table.ts';
import { endOverdueChanges } from '../src/changes/change-keeper.ts';
import { A_SERVICE, ADMIN, FIELDS, grant, registerOrders, testInstance, testReplica, testVault, type TestVault } from './test-vault.ts';

// A value that somebody brings, on a real database; the test's own word stands for the worker's.

const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };
const PASSWORD = 'canary-of-a-brought-value';

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

let made = 0;
const newAddress = (): string => `system.postgres.value-${(made += 1)}`;
const send = async (name: string, data: object, password: string | null = null, commandId: string = randomUUID()) => {
  const secret = password === null ? {} : { secret: new Sensitive({ fields: { password } }) };
  const answer = await vault.client(ADMIN).command(name, data, { commandId, ...secret });
  return answer.ok ? { commandId, value: answer.value.value as Record<string, unknown> } : { commandId, refusal: answer.refusal };
};
const tested = (credentialId: string, version: number, verdict = 'valid', more: object = {}) =>
  vault
    .client(WORKER)
    .command(
      'errand.record-tested',
      { credentialId, version, verdict, sentence: `It is ${verdict}.`, elapsedMs: 3, ...more },
      { commandId: randomUUID() },
    );
const ask = async (name: string, data: object, actor = ADMIN) => {
  const answer = await vault.client(actor).query(name, data);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.value;
};
const view = async (credentialId: string) => CredentialView.parse(await ask('credential.get', { credentialId }));
const changeOf = async (credentialId: string, commandId: string) =>
  ChangeResult.parse(await ask('credential.change', { credentialId, commandId }));
const testsOf = async (credentialId: string) => TestList.parse(await ask('credential.tests', { credentialId }));
const errandsOf = async (credentialId: string) =>
  VAULT_QUERIES_TABLE['errand.list-open'].answer
    .parse(await ask('errand.list-open', {}, A_SERVICE))
    .items.filter((errand) => errand.credentialId === credentialId);

const registering = (changes: object = {}) => ({
  credentialId: uuidv7(),
  address: newAddress(),
  credentialType: 'database_password',
  publicFields: FIELDS,
  ...changes,
});
const register = async (changes: object = {}, commandId?: string) => {
  const data = registering(changes);
  return { ...data, ...(await send('credential.register', data, PASSWORD, commandId)) };
};
const present = async () => {
  const address = newAddress();
  return { address, ...(await registerOrders(vault, address)) };
};
/** A recorded time may be some milliseconds ahead of a clock that is asked right after it. */
const AT_ONCE = -60_000;
/** What a vault that starts again, or any other one, does about changes that nobody tested. */
const sweepAfter = (deadlineMs: number, at: Pick<TestVault, 'log'> = vault) =>
  endOverdueChanges({
    log: at.log,
    errands: postgresErrandTable(vault.pool),
    deadlineMs,
    backupRetentionDays: 35,
    newId: uuidv7,
    clock: systemClock,
    logger: silentLogger,
  });

describe('a registration', () => {
  it('is current once its value is tested: until then nobody gets it, and it is nobody’s default', async () => {
    const before = await register({ untested: 'import', isDefault: true, address: `system.value-default.${randomUUID().slice(0, 8)}` });
    const { credentialId, address, commandId, value } = await register({
      isDefault: true,
      address: `system.value-default.${randomUUID().slice(0, 8)}`,
    });
    expect(value).toEqual({ credentialId, address, version: 1, status: 'testing', generation: 0 });
    await grant(vault, 'reader', address);
    const instance = testInstance(vault, 'reader', 'one');
    expect(await instance.fetch(address)).toEqual({ ok: false, refusal: { code: 'credential-unknown' } });
    expect((await view(before.credentialId)).isDefault).toBe(true);
    expect(await errandsOf(credentialId)).toMatchObject([{ kind: 'test', version: 1 }]);
    await tested(credentialId, 1);
    expect(await changeOf(credentialId, commandId)).toMatchObject({ status: 'committed', generation: 1, failure: null });
    expect(await view(credentialId)).toMatchObject({ current: 1, untested: null, isDefault: true });
    expect((await view(before.credentialId)).isDefault).toBe(false);
    expect(await instance.fetch(address)).toMatchObject({ ok: true, given: { version: 1, generation: 1 } });
  });
  it('whose value is refused leaves no credential and no data key; the address is free, and a repeat says the same', async () => {
    const commandId = randomUUID();
    const first = await register({ isDefault: true }, commandId);
    const { credentialId, address } = first;
    await tested(credentialId, 1, 'invalid');
    const failure = { code: 'test-invalid', sentence: 'It is invalid.' };
    expect(await changeOf(credentialId, commandId)).toMatchObject({ status: 'failed', failure });
    expect(await view(credentialId)).toMatchObject({ status: 'deleted', current: null });
    expect(await vault.sql('SELECT 1 FROM wrapped_deks WHERE credential_id = $1', [credentialId])).toEqual([]);
    expect(await vault.sql('SELECT 1 FROM credentials WHERE address = $1', [address])).toEqual([]);
    const { credentialType, publicFields } = registering();
    const same = { credentialId, address, credentialType, publicFields, isDefault: true };
    expect((await send('credential.register', same, PASSWORD, commandId)).value).toEqual(first.value);
    const again = await register({ address });
    await tested(again.credentialId, 1);
    expect((await view(again.credentialId)).current).toBe(1);
  });
  it('of an import is current at once', async () => {
    const { credentialId, value } = await register({ untested: 'import' });
    expect(value).toMatchObject({ status: 'committed', generation: 1 });
    expect(await view(credentialId)).toMatchObject({ untested: 'import', change: null });
  });
});

describe('a new value', () => {
  it('is committed when it works, with the ledger’s word on the old one, and instances acknowledge it', async () => {
    const { credentialId, address } = await present();
    await grant(vault, 'holder', address);
    const instance = testInstance(vault, 'holder', 'one');
    await instance.fetch(address);
    const staged = await send('credential.stage-value', { credentialId }, 'a better one');
    expect(staged.value).toMatchObject({ version: 2, status: 'testing', generation: 1 });
    await tested(credentialId, 2, 'valid', { can: ['create roles'] });
    const after = await view(credentialId);
    expect(after).toMatchObject({ current: 2, generation: 2, untested: null });
    expect(after.versions[0]?.tested).toMatchObject({ verdict: 'valid', can: ['create roles'] });
    expect(after.ledger).toMatchObject([{ kind: 'superseded-not-revoked', version: 1, providerId: FIELDS.username }]);
    expect(await instance.beat([{ credentialId, versions: [1] }])).toMatchObject({ ok: { current: [{ version: 2, generation: 2 }] } });
    const fetched = await instance.fetch(address);
    if (!fetched.ok) throw new Error(fetched.refusal.code);
    expect(await instance.ack(fetched.given, fetched.secret.ackKey)).toMatchObject({ ok: {} });
  });
  it('that is refused changes nothing, and the next one is asked for at once', async () => {
    const { credentialId } = await present();
    const { commandId } = await send('credential.stage-value', { credentialId }, 'a wrong one');
    await tested(credentialId, 2, 'forbidden');
    expect(await changeOf(credentialId, commandId)).toMatchObject({ status: 'failed', failure: { code: 'test-forbidden' } });
    expect(await view(credentialId)).toMatchObject({ current: 1, generation: 1, ledger: [], failedChange: { code: 'test-forbidden' } });
    expect((await send('credential.stage-value', { credentialId }, 'a right one')).value).toMatchObject({ version: 3, status: 'testing' });
  });
  it('is refused while the credential is disabled, and while another is tested', async () => {
    const { credentialId } = await present();
    await send('credential.disable', { credentialId, reason: 'a leak' });
    expect(await send('credential.stage-value', { credentialId }, 'x')).toMatchObject({ refusal: { code: 'credential-disabled' } });
    await send('credential.enable', { credentialId });
    await send('credential.stage-value', { credentialId }, 'x');
    expect(await send('credential.stage-value', { credentialId }, 'y')).toMatchObject({ refusal: { code: 'change-open', version: 2 } });
  });
});

describe('a change that nobody tests', () => {
  it('is over at the next start of a vault, and another may be brought', async () => {
    const { credentialId } = await present();
    const { commandId } = await send('credential.stage-value', { credentialId }, 'never tried');
    await sweepAfter(60_000);
    expect((await view(credentialId)).change).toMatchObject({ version: 2 });
    await sweepAfter(AT_ONCE, await testReplica(vault, vault.held)); // another process, on the same log
    expect(await changeOf(credentialId, commandId)).toMatchObject({ status: 'failed', failure: { code: 'test-unreachable' } });
    expect(await view(credentialId)).toMatchObject({ current: 1, change: null });
    expect(await errandsOf(credentialId)).toEqual([]);
    expect(await tested(credentialId, 2)).toMatchObject({ ok: false, refusal: { code: 'version-not-pending' } });
    expect((await send('credential.stage-value', { credentialId }, 'another')).value).toMatchObject({ version: 3 });
  });
  it('is committed untested where that was said', async () => {
    const { credentialId } = await present();
    await send('credential.stage-value', { credentialId, evenIfUnreachable: true }, 'taken as it is');
    await sweepAfter(AT_ONCE);
    expect(await view(credentialId)).toMatchObject({ current: 2, generation: 2, untested: 'unreachable' });
  });
  it('of a registration leaves nothing', async () => {
    const { credentialId, address } = await register();
    await sweepAfter(AT_ONCE);
    expect((await view(credentialId)).status).toBe('deleted');
    expect(await vault.sql('SELECT 1 FROM wrapped_deks WHERE credential_id = $1', [credentialId])).toEqual([]);
    expect((await register({ address })).value).toMatchObject({ status: 'testing' });
  });
});

describe('a test on demand', () => {
  it('is one for all that ask meanwhile, and stays in the history', async () => {
    const { credentialId } = await present();
    const [one, two] = [await send('credential.request-test', { credentialId }), await send('credential.request-test', { credentialId })];
    expect(one.value).toEqual({ credentialId, version: 1, testId: one.commandId });
    expect(two.value).toEqual(one.value);
    expect(await errandsOf(credentialId)).toMatchObject([{ kind: 'test', version: 1 }]);
    const opened = await vault
      .client(WORKER)
      .command('epoch.reveal', { credentialId, what: 'version', version: 1 }, { commandId: randomUUID(), wantsSecret: true });
    expect(opened.ok).toBe(true);
    await tested(credentialId, 1);
    const { open, items } = await testsOf(credentialId);
    expect([open, items.length]).toEqual([null, 1]);
    expect(items[0]).toMatchObject({ testId: one.commandId, version: 1, why: 'asked', verdict: 'valid', by: { id: 'ada' } });
    expect((await view(credentialId)).untested).toBeNull();
    expect(await errandsOf(credentialId)).toEqual([]);
  });
  it('is refused where there is none', async () => {
    const data = registering({ credentialType: 'generic', publicFields: {} });
    await send('credential.register', data, PASSWORD);
    expect(await send('credential.request-test', { credentialId: data.credentialId })).toMatchObject({ refusal: { code: 'no-test' } });
    expect((await testsOf(data.credentialId)).noTestBecause).toMatch(/without checkUrl/u);
  });
});
