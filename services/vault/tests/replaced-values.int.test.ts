import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { type CredentialView, ListCredentials, UnsettledCandidate } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listCredentials } from '../src/adapters/postgres/list-credentials.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { ADMIN, AUDITOR, FIELDS, grant, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

// A value that somebody replaces by hand is owed at its provider until it is dead, or until a person says why it needn't be.

const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };
const OPERATOR: Actor = { kind: 'person', id: 'olli', roles: ['operator'] };

let vault: TestVault;
let issuer: string;
beforeAll(async () => {
  vault = await testVault();
  ({ issuer } = await registerOrders(vault));
  await grant(vault, 'orders', 'system.replaced.*');
});
afterAll(() => vault.dispose());

const ask = (type: string, data: object, secret?: Readonly<Record<string, string>>, actor: Actor = ADMIN) =>
  vault.client(actor).command(type, data, { commandId: randomUUID(), ...(secret && { secret: new Sensitive({ fields: secret }) }) });
const done = async (...asked: Parameters<typeof ask>): Promise<void> => {
  const answer = await ask(...asked);
  if (!answer.ok) throw new Error(`${asked[0]}: ${JSON.stringify(answer.refusal)}`);
};
const byWorker = (type: string, data: object, secret?: Readonly<Record<string, string>>) => done(type, data, secret, WORKER);

/** Does the worker get it? */
const opens = async (what: object): Promise<boolean> =>
  (await vault.client(WORKER).command('epoch.reveal', what, { commandId: randomUUID(), wantsSecret: true })).ok;

const view = async (credentialId: string): Promise<CredentialView> => {
  const found = await vault.client(ADMIN).query('credential.get', { credentialId });
  if (!found.ok) throw new Error(found.refusal.code);
  return found.value.value as CredentialView;
};
const unsettled = async (credentialId: string) => {
  const found = await vault.client(WORKER).query('ledger.list-unsettled', {});
  if (!found.ok) throw new Error(found.refusal.code);
  const { items } = z.object({ items: z.array(UnsettledCandidate) }).parse(found.value.value);
  return items.filter((item) => item.credentialId === credentialId);
};
const leftovers = async () => {
  const { items } = await listCredentials(vault.pool, ListCredentials.parse({ needs: 'leftover', sort: 'address' }));
  return items.map(({ credentialId }) => credentialId);
};

const registered = async (name: string): Promise<string> => {
  const credentialId = uuidv7();
  const publicFields = { ...FIELDS, username: name };
  const address = `system.replaced.${name}`;
  const data = { credentialId, address, credentialType: 'database_password', publicFields, issuer, untested: 'import' };
  await done('credential.register', { ...data, policy: { preflightMs: 0, graceMs: 0, soakMs: 0 } }, { password: 'first' });
  return credentialId;
};

const rotate = async (credentialId: string, name: string): Promise<void> => {
  const of = { credentialId, epoch: 1, version: 2 };
  await done('rotation.request', { credentialId });
  const providerId = `${name}_kt1`;
  const candidate = { ...of, publicFields: { ...FIELDS, username: providerId }, providerId };
  await byWorker('epoch.stage-candidate', candidate, { password: 'second' });
  await byWorker('epoch.record-applied', of);
  await byWorker('epoch.record-tested', { ...of, verdict: 'valid', sentence: 'It logs in.', elapsedMs: 1 });
  await byWorker('epoch.commit', of);
  const evidence = { ...of, version: 1, idle: true, samples: 2, observedMs: 100, sentence: 'Nobody used it.' };
  await byWorker('epoch.record-evidence', evidence);
  for (const step of ['start-revocation', 'record-logins-denied', 'record-revoked']) await byWorker(`epoch.${step}`, { ...of, version: 1 });
  await byWorker('epoch.complete', { credentialId, epoch: 1 });
};

const typeOver = async (credentialId: string, username: string): Promise<void> => {
  await done('credential.stage-value', { credentialId, publicFields: { ...FIELDS, username } }, { password: 'typed by hand' });
  const version = (await view(credentialId)).change?.version;
  await byWorker('errand.record-tested', { credentialId, version, verdict: 'valid', sentence: 'It logs in.', elapsedMs: 1 });
};

describe('a role that Keyturn made and a person replaced', () => {
  it('is owed, needs a person to know, and is given to the worker once nobody holds it', async () => {
    const credentialId = await registered('made');
    await rotate(credentialId, 'made');
    const instance = testInstance(vault, 'orders', 'made');
    await instance.fetch('system.replaced.made');
    await typeOver(credentialId, 'reports');
    expect(await view(credentialId)).toMatchObject({
      attention: { epoch: 1, needs: 'leftover' },
      ledger: [{ kind: 'superseded-not-revoked', version: 2, providerId: 'made_kt1', canSettle: true }],
    });
    expect(await leftovers()).toContain(credentialId);
    expect(await unsettled(credentialId)).toEqual([]);
    expect(await ask('ledger.start-revocation', { credentialId, version: 2, evidence: 'none' }, undefined, WORKER)).toMatchObject({
      refusal: { code: 'revocation-not-proven', waitingFor: expect.stringContaining('orders/made') },
    });
    await instance.ask('goodbye', { seq: 99 });
    expect(await unsettled(credentialId)).toMatchObject([
      { version: 2, epoch: 1, providerId: 'made_kt1', replaced: { isRevoking: false } },
    ]);
    expect([await opens({ credentialId, what: 'issuer' }), await opens({ credentialId, what: 'version', version: 2 })]).toEqual([
      true,
      true,
    ]);
    await byWorker('ledger.start-revocation', { credentialId, version: 2, evidence: 'Nobody used it.' });
    expect(await ask('credential.roll-back', { credentialId, version: 2, reason: 'slow' })).toMatchObject({
      refusal: { code: 'revocation-started' },
    });
    expect(await unsettled(credentialId)).toMatchObject([{ replaced: { isRevoking: true } }]);
    await byWorker('ledger.record-revoked', { credentialId, version: 2 });
    const { attention, ledger, versions } = await view(credentialId);
    expect([attention, ledger, versions.map(({ status }) => status)]).toEqual([null, [], ['current', 'revoked', 'revoked']]);
    expect([await leftovers(), await unsettled(credentialId)]).toEqual([[], []]);
    expect(await opens({ credentialId, what: 'issuer' })).toBe(false);
  });

  it('ends with the credential, where that is deleted meanwhile', async () => {
    const credentialId = await registered('gone');
    await rotate(credentialId, 'gone');
    await typeOver(credentialId, 'reports');
    await done('credential.delete', { credentialId, confirm: 'system.replaced.gone', reason: 'no longer used' });
    expect(await unsettled(credentialId)).toEqual([]);
    for (const version of [2, 3]) await byWorker('errand.record-revoked', { credentialId, version });
    expect(await view(credentialId)).toMatchObject({ status: 'deleted', ledger: [], deleted: { revoked: [2, 3] } });
  });
});

describe('a role that a person made and another one replaced', () => {
  it('needs a person, who settles it with a reason; auditors may not', async () => {
    const credentialId = await registered('theirs');
    await typeOver(credentialId, 'reports');
    expect(await view(credentialId)).toMatchObject({
      attention: { needs: 'leftover', why: expect.stringContaining("Keyturn didn't make theirs") },
      ledger: [{ version: 1, providerId: 'theirs', canSettle: true }],
    });
    expect(await unsettled(credentialId)).toEqual([]);
    const said = { credentialId, version: 1, reason: 'the reports use it, too' };
    expect(await ask('credential.settle-leftover', said, undefined, AUDITOR)).toMatchObject({ refusal: { code: 'not-allowed' } });
    await done('credential.settle-leftover', said, undefined, OPERATOR);
    await done('credential.settle-leftover', said, undefined, OPERATOR);
    expect(await view(credentialId)).toMatchObject({ attention: null, ledger: [] });
    expect((await vault.events()).filter(({ type }) => type === 'ledger.settled-by-hand')).toMatchObject([
      { data: { version: 1, because: said.reason }, meta: { actor: { id: 'olli' } } },
    ]);
  });
});

it('What was left before the list learned to say so is listed by the next migration, though nothing happens to it', async () => {
  const credentialId = await registered('before');
  await typeOver(credentialId, 'reports');
  const before = await view(credentialId);
  await vault.sql(`UPDATE credentials SET body = jsonb_set(body, '{attention}', 'null')`);
  await vault.sql('UPDATE incarnation SET rows_made_by = 0');
  await vault.sql(
    `INSERT INTO streams (stream, version, position) SELECT 'credential-unfolding', 1, position FROM streams WHERE version = 2 LIMIT 1`,
  );
  expect(await leftovers()).toEqual([]);
  const service = { name: vault.role, password: new Sensitive('service') };
  await migrate({ ownerUrl: new Sensitive(vault.ownerUrl), service });
  expect(await leftovers()).toEqual([credentialId]);
  expect((await view(credentialId)).attention).toEqual(before.attention);
  await vault.sql(`UPDATE credentials SET body = jsonb_set(body, '{attention}', 'null')`);
  await migrate({ ownerUrl: new Sensitive(vault.ownerUrl), service });
  expect(await leftovers()).toEqual([]);
});
