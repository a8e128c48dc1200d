import { randomUUID } from 'node:crypto';
import { CredentialView } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, registerOrders, testVault, type TestVault } from './test-vault.ts';

// A write says on which revision it was decided, and the vault compares under the append lock.

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const revisionOf = async (credentialId: string): Promise<string> => {
  const answer = await vault.client(ADMIN).query('credential.get', { credentialId });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return CredentialView.parse(answer.value.value).revision;
};
type Guard = { readonly ifRevision?: string; readonly commandId?: string };
const rename = (credentialId: string, displayName: string, guard: Guard) =>
  vault
    .client(ADMIN)
    .command('credential.change-details', { credentialId, changes: { displayName } }, { commandId: randomUUID(), ...guard });

it('refuses what was decided on another revision, and changes nothing', async () => {
  const { credentialId } = await registerOrders(vault, 'system.postgres.revision-1');
  const seen = await revisionOf(credentialId);
  expect(await rename(credentialId, 'first', { ifRevision: seen })).toMatchObject({ ok: true });
  const now = await revisionOf(credentialId);
  expect(now).not.toBe(seen);
  const late = await rename(credentialId, 'second', { ifRevision: seen });
  expect(late).toEqual({ ok: false, refusal: { code: 'credential-changed', revision: now } });
  expect(await revisionOf(credentialId)).toBe(now);
  expect(await rename(credentialId, 'third', {})).toMatchObject({ ok: true });
});

it('lets one of many win that decided on the same', async () => {
  const { credentialId } = await registerOrders(vault, 'system.postgres.revision-2');
  const ifRevision = await revisionOf(credentialId);
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => rename(credentialId, name, { ifRevision })));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
});

it('answers a repeat with its first verdict, whatever became of the credential since', async () => {
  const { credentialId } = await registerOrders(vault, 'system.postgres.revision-3');
  const commandId = randomUUID();
  const ifRevision = await revisionOf(credentialId);
  const first = await rename(credentialId, 'once', { commandId, ifRevision });
  expect(await rename(credentialId, 'once', { commandId, ifRevision })).toEqual(first);
  expect(await rename(credentialId, 'once', { commandId, ifRevision: await revisionOf(credentialId) })).toEqual(first);
});

it('is left alone by a rotation’s start and by a test', async () => {
  const { credentialId } = await registerOrders(vault, 'system.postgres.revision-4');
  const seen = await revisionOf(credentialId);
  await vault.client(ADMIN).command('credential.request-test', { credentialId }, { commandId: randomUUID() });
  await vault.client(ADMIN).command('rotation.request', { credentialId, reason: 'manual' }, { commandId: randomUUID() });
  expect(await revisionOf(credentialId)).toBe(seen);
});

it('is left alone by a value that fails its test', async () => {
  const { credentialId } = await registerOrders(vault, 'system.postgres.revision-5');
  const seen = await revisionOf(credentialId);
  const secret = new Sensitive({ fields: { password: 'another one' } });
  const staged = await vault.client(ADMIN).command('credential.stage-value', { credentialId }, { commandId: randomUUID(), secret });
  expect(staged).toMatchObject({ ok: true, value: { value: { status: 'testing', version: 2 } } });
  const failed = { credentialId, version: 2, verdict: 'invalid', sentence: 'no', elapsedMs: 1 };
  const worker = vault.client({ kind: 'service', id: 'rotation-worker' });
  expect(await worker.command('errand.record-tested', failed, { commandId: randomUUID() })).toMatchObject({ ok: true });
  expect(await revisionOf(credentialId)).toBe(seen);
});
