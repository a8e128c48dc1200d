import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Actor } from '@keyturn/contracts';
import { ListCredentials } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listCredentials } from '../src/adapters/postgres/list-credentials.ts';
import { ADMIN, FIELDS, grant, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

// What waited for a person when the list learned to say so is found by it, though nothing has happened to it since.

const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };
const MIGRATION = new URL('../src/adapters/postgres/migrations/0023_attention_of_before.sql', import.meta.url);

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const done = async (type: string, data: object, secret?: Readonly<Record<string, string>>, actor: Actor = ADMIN): Promise<void> => {
  const sent = { commandId: randomUUID(), ...(secret && { secret: new Sensitive({ fields: secret }) }) };
  const answer = await vault.client(actor).command(type, data, sent);
  if (!answer.ok) throw new Error(`${type}: ${JSON.stringify(answer.refusal)}`);
};
const byWorker = (type: string, data: object, secret?: Readonly<Record<string, string>>) => done(type, data, secret, WORKER);

const FIRST = '0123456789abcdef0123456789abcdef';
const SECOND = 'fedcba9876543210fedcba9876543210';
const ASSISTED = { credentialType: 'namecheap_api_key', publicFields: { apiUser: 'ada', clientIp: '192.0.2.1' } };
const assisted = async (name: string): Promise<string> => {
  const credentialId = uuidv7();
  const policy = { preflightMs: 0 };
  const data = { credentialId, address: `system.namecheap.${name}`, ...ASSISTED, untested: 'import', policy };
  await done('credential.register', data, { apiKey: FIRST });
  await done('rotation.request', { credentialId });
  return credentialId;
};
const bring = (credentialId: string) => done('rotation.give-value', { credentialId, epoch: 1 }, { apiKey: SECOND });
const test = (credentialId: string, verdict: 'valid' | 'invalid') =>
  byWorker('epoch.record-tested', { credentialId, epoch: 1, version: 2, verdict, sentence: verdict, elapsedMs: 1 });
const commitBrought = async (credentialId: string): Promise<void> => {
  await bring(credentialId);
  await test(credentialId, 'valid');
  await byWorker('epoch.commit', { credentialId, epoch: 1, version: 2 });
};

let issuer: string;
/** A database's rotation that waits for an instance, past its deadline. */
const held = async (name: string): Promise<string> => {
  const credentialId = uuidv7();
  const address = `system.postgres.${name}`;
  const of = { credentialId, epoch: 1, version: 2 };
  const policy = { preflightMs: 0, deadlineMs: 0 };
  const publicFields = { ...FIELDS, username: name };
  const data = { credentialId, address, credentialType: 'database_password', publicFields, issuer, untested: 'import', policy };
  await done('credential.register', data, { password: 'first' });
  await testInstance(vault, 'orders', name).fetch(address);
  await done('rotation.request', { credentialId });
  const candidate = { ...of, publicFields: { ...publicFields, username: `${name}_kt1` }, providerId: `${name}_kt1` };
  await byWorker('epoch.stage-candidate', candidate, { password: 'second' });
  await byWorker('epoch.record-applied', of);
  await byWorker('epoch.record-tested', { ...of, verdict: 'valid', sentence: 'It logs in.', elapsedMs: 1 });
  await byWorker('epoch.commit', of);
  await byWorker('epoch.hold', { credentialId, epoch: 1, waitingFor: 'orders' });
  return credentialId;
};

const needs = async () => {
  const { items } = await listCredentials(vault.pool, ListCredentials.parse({ needsAttention: true, sort: 'address' }));
  return items.map(({ address, attention }) => [address, attention]);
};

it('says of every kind of rotation what it said when that happened', async () => {
  ({ issuer } = await registerOrders(vault));
  await grant(vault, 'orders', 'system.postgres.*');
  await assisted('awaited');
  const mistyped = await assisted('mistyped');
  await bring(mistyped);
  await test(mistyped, 'invalid');
  await bring(await assisted('brought'));
  const removable = await assisted('removable');
  await commitBrought(removable);
  await byWorker('epoch.start-revocation', { credentialId: removable, epoch: 1, version: 1 });
  const removed = await assisted('removed');
  await commitBrought(removed);
  await byWorker('epoch.start-revocation', { credentialId: removed, epoch: 1, version: 1 });
  await done('rotation.report-deletion', { credentialId: removed, epoch: 1 });
  await held('waiting');
  await done('rotation.roll-back', { credentialId: await held('taken-back'), reason: 'it is slow' });
  const before = await needs();
  expect(before.map(([address, attention]) => [address, attention && (attention as { needs: string }).needs])).toEqual([
    ['system.namecheap.awaited', 'value'],
    ['system.namecheap.mistyped', 'value'],
    ['system.namecheap.removable', 'deletion'],
    ['system.postgres.waiting', 'held'],
  ]);

  await vault.sql(`UPDATE credentials SET body = body - 'attention'`);
  expect(await needs()).toEqual([]);
  const owner = await vault.session();
  const migration = await readFile(MIGRATION, 'utf8');
  for (const _once of ['it runs', 'it would change nothing again']) {
    await owner.query(`BEGIN; ${migration}; COMMIT`);
    expect(await needs()).toEqual(before);
  }
});
