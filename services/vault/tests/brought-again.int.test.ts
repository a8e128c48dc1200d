import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { CredentialView, VAULT_QUERIES_TABLE, type VersionDetail } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { A_SERVICE, ADMIN, testVault, type TestVault } from './test-vault.ts';

// What a failed rotation left at its provider, and somebody brings again: the vault compares, on a real database.

const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };
const [FIRST, SECOND, THIRD] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210', '00112233445566778899aabbccddeeff'];

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const send = (name: string, data: object, apiKey?: string, actor: Actor = ADMIN) =>
  vault.client(actor).command(name, data, {
    commandId: randomUUID(),
    ...(apiKey === undefined ? {} : { secret: new Sensitive({ fields: { apiKey } }) }),
  });
const done = async (...asked: Parameters<typeof send>): Promise<void> => {
  const answer = await send(...asked);
  if (!answer.ok) throw new Error(`${asked[0]}: ${JSON.stringify(answer.refusal)}`);
};
const ask = async (name: string, data: object, actor: Actor = ADMIN) => {
  const answer = await vault.client(actor).query(name, data);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.value;
};
const view = async (credentialId: string) => CredentialView.parse(await ask('credential.get', { credentialId }));
const version = async (credentialId: string, number: number) =>
  VAULT_QUERIES_TABLE['credential.versions'].answer
    .parse(await ask('credential.versions', { credentialId }))
    .items.find((one: VersionDetail) => one.version === number);
const unsettled = async (credentialId: string) =>
  VAULT_QUERIES_TABLE['ledger.list-unsettled'].answer
    .parse(await ask('ledger.list-unsettled', {}, A_SERVICE))
    .items.filter((item) => item.credentialId === credentialId)
    .map((item) => item.version);

const bring = (credentialId: string, epoch: number, apiKey: string) => send('rotation.give-value', { credentialId, epoch }, apiKey);
const tested = (credentialId: string, epoch: number, number: number) =>
  done(
    'epoch.record-tested',
    { credentialId, epoch, version: number, verdict: 'valid', sentence: 'It works.', elapsedMs: 1 },
    undefined,
    WORKER,
  );

/** A rotation that failed after its value was tested: the consumers couldn't use it. */
const failed = async (): Promise<string> => {
  const credentialId = uuidv7();
  const publicFields = { apiUser: 'ada', clientIp: '192.0.2.1' };
  const address = `system.namecheap.again-${credentialId.slice(-8)}`;
  const data = { credentialId, address, credentialType: 'namecheap_api_key', publicFields, untested: 'import', policy: { preflightMs: 0 } };
  await done('credential.register', data, FIRST);
  await done('rotation.request', { credentialId });
  await bring(credentialId, 1, SECOND);
  await tested(credentialId, 1, 2);
  const why = { step: 'preflight', reasonCode: 'preflight-nacked', sentence: 'dns/one can’t use version 2.' };
  await done('epoch.fail', { credentialId, epoch: 1, ...why }, undefined, WORKER);
  await done('ledger.record-revoke-failed', { credentialId, version: 2, sentence: 'It is still taken.' }, undefined, WORKER);
  return credentialId;
};

it('settles what it left, where another rotation brings it again: nobody is told to remove it', async () => {
  const credentialId = await failed();
  expect((await view(credentialId)).attention).toMatchObject({ needs: 'leftover', why: expect.stringContaining('bring it again') });
  expect(await unsettled(credentialId)).toEqual([2]);
  await done('rotation.request', { credentialId });
  expect(await bring(credentialId, 2, SECOND)).toMatchObject({ ok: true, value: { value: { version: 3 } } });
  expect(await unsettled(credentialId)).toEqual([]);
  expect((await view(credentialId)).ledger).toMatchObject([{ kind: 'issued-not-committed', version: 3 }]);
  await tested(credentialId, 2, 3);
  await done('epoch.commit', { credentialId, epoch: 2, version: 3 }, undefined, WORKER);
  expect(await view(credentialId)).toMatchObject({ current: 3, ledger: [{ kind: 'superseded-not-revoked', version: 1 }], attention: null });
  expect(await version(credentialId, 3)).toMatchObject({ sameAs: 2 });
  expect(await version(credentialId, 2)).toMatchObject({ status: 'discarded', sameAs: null });
});

it('settles it once it is in use, where it is put in place by hand, and not before', async () => {
  const credentialId = await failed();
  const word = (number: number, verdict: string) =>
    done('errand.record-tested', { credentialId, version: number, verdict, sentence: verdict, elapsedMs: 1 }, undefined, WORKER);
  await done('credential.stage-value', { credentialId }, SECOND);
  expect((await view(credentialId)).ledger).toMatchObject([{ kind: 'revoke-failed', version: 2 }]);
  expect(await unsettled(credentialId)).toEqual([]); // nobody removes what is being tested
  await word(3, 'unreachable');
  expect(await unsettled(credentialId)).toEqual([2]);
  await done('credential.stage-value', { credentialId }, SECOND);
  await word(4, 'valid');
  expect(await view(credentialId)).toMatchObject({ current: 4, ledger: [], attention: null });
});

it('leaves it owed where another value is brought, and takes the one in use for none', async () => {
  const credentialId = await failed();
  await done('rotation.request', { credentialId });
  expect(await bring(credentialId, 2, FIRST)).toMatchObject({ ok: false, refusal: { code: 'value-in-use', version: 1 } });
  await bring(credentialId, 2, THIRD);
  expect(await unsettled(credentialId)).toEqual([2]);
  expect((await version(credentialId, 3))?.sameAs).toBeNull();
});

it('keeps the end of a value with the value', async () => {
  const credentialId = await failed();
  await done('credential.change-details', { credentialId, changes: { expiresAt: '2030-01-01T00:00:00Z' } });
  await done('rotation.request', { credentialId });
  await done('rotation.give-value', { credentialId, epoch: 2, expiresAt: '2031-01-01T00:00:00Z' }, SECOND);
  await tested(credentialId, 2, 3);
  expect((await view(credentialId)).expiresAt).toBe('2030-01-01T00:00:00.000Z');
  await done('epoch.commit', { credentialId, epoch: 2, version: 3 }, undefined, WORKER);
  expect((await view(credentialId)).expiresAt).toBe('2031-01-01T00:00:00.000Z');
});

it('records whoever brings the value in use, and lets no more be compared than ten an hour', async () => {
  const credentialId = await failed();
  await done('rotation.request', { credentialId });
  const codes: string[] = [];
  for (let time = 0; time < 11; time += 1) {
    const answer = await bring(credentialId, 2, FIRST);
    codes.push(answer.ok ? 'ok' : answer.refusal.code);
  }
  // One value was brought, and taken, to begin with.
  expect(codes).toEqual([...Array.from({ length: 9 }, () => 'value-in-use'), 'guesses-exhausted', 'guesses-exhausted']);
  expect(await send('credential.verify-value', { credentialId, version: 1 }, FIRST)).toMatchObject({
    refusal: { code: 'guesses-exhausted' },
  });
  const recorded = (await vault.events()).filter(({ type }) => type === 'access.refused');
  expect(recorded).toContainEqual(
    expect.objectContaining({
      data: expect.objectContaining({ credentialId, refusalCode: 'value-in-use' }),
      meta: expect.objectContaining({ actor: ADMIN }),
    }),
  );
});
