import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { SecretRevealedTo, VersionComparison } from '@keyturn/contracts/commands';
import { CredentialView, VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { newRevealKey } from '@keyturn/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeys } from '../src/secrets/open-keys.ts';
import { ada, asking, OPERATOR, secretOf, WORKER } from './ask-vault.ts';
import { ADMIN, FIELDS, grant, PASSWORD, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

// What a person does with a credential besides rotating it, on a real database.

let vault: TestVault;
/** Looks on whenever the data key of a version is asked for, which is before the version can be opened. */
let onUnwrap = async (): Promise<void> => undefined;
beforeAll(async () => {
  vault = await testVault({
    guardKeys: (wrapper) => ({
      ...wrapper,
      unwrap: async (wrapped, context) => {
        if ('version' in context) await onUnwrap();
        return wrapper.unwrap(wrapped, context);
      },
    }),
  });
});
afterAll(() => vault.dispose());

let made = 0;
const registered = async () => {
  const address = `system.postgres.life-${(made += 1)}`;
  const { credentialId, issuer } = await registerOrders(vault, address);
  return { credentialId, issuer, address };
};

const { ask, tested } = asking(() => vault);
const reveal = (credentialId: string, said: object = {}, actor: Actor = ada(), commandId: string = randomUUID()) =>
  ask('credential.reveal', { credentialId, reason: 'looking at a fault', ...said }, actor, { commandId, wantsSecret: true });
const view = async (credentialId: string) => {
  const answer = await vault.client(ADMIN).query('credential.get', { credentialId });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return CredentialView.parse(answer.value.value);
};
const asked = async (name: string, data: object) => {
  const answer = await vault.client(WORKER).query(name, data);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.value;
};
const versionsOf = async (credentialId: string) =>
  VAULT_QUERIES_TABLE['credential.versions'].answer.parse(await asked('credential.versions', { credentialId })).items;
const errands = async () => VAULT_QUERIES_TABLE['errand.list-open'].answer.parse(await asked('errand.list-open', {})).items;
const eventsOf = async (credentialId: string, type: string) =>
  (await vault.events()).filter((event) => event.type === type && (event.data as { credentialId?: string }).credentialId === credentialId);
const keysOf = (credentialId: string) =>
  vault.sql<{ version: number }>('SELECT version FROM wrapped_deks WHERE credential_id = $1 ORDER BY 1', [credentialId]);

/** Version 2: the same secret at another host. */
const editedTo = async (credentialId: string, host = 'new.internal') => {
  await ask('credential.edit', { credentialId, publicFields: { host } });
  await tested(credentialId, 2);
};

describe('a disabled credential', () => {
  it('is given to nobody, in words that a fresh start can read, and its leases stay', async () => {
    const { credentialId, address } = await registered();
    await grant(vault, 'reader', address);
    const instance = testInstance(vault, 'reader', 'one');
    expect(await instance.fetch(address)).toMatchObject({ ok: true, given: { generation: 1 } });
    const answer = await ask('credential.disable', { credentialId, reason: 'a leak is suspected' }, OPERATOR);
    expect(answer).toEqual({ value: { credentialId, status: 'disabled', generation: 2 } });
    expect(await instance.fetch(address)).toEqual({ ok: false, refusal: { code: 'credential-disabled' } });
    expect(await reveal(credentialId)).toEqual({ refusal: { code: 'credential-disabled' } });
    expect(await ask('rotation.request', { credentialId })).toEqual({ refusal: { code: 'credential-disabled' } });
    const beat = await instance.beat([{ credentialId, versions: [1] }]);
    expect(beat).toMatchObject({ ok: { current: [{ credentialId, version: 1, generation: 2 }] } });
    const held = await versionsOf(credentialId);
    expect(held[0]?.holders).toMatchObject([{ consumer: 'reader', instance: 'one' }]);
    await ask('credential.enable', { credentialId });
    expect(await instance.fetch(address)).toMatchObject({ ok: true, given: { generation: 3 } });
  });
});

describe('an edit', () => {
  it('makes a version with the same secret under a data key of its own, current once it is tested', async () => {
    const { credentialId } = await registered();
    const answer = await ask('credential.edit', { credentialId, publicFields: { host: 'new.internal' } });
    expect(answer).toEqual({ value: { credentialId, version: 2, status: 'testing', generation: 1 } });
    expect(await errands()).toMatchObject([{ kind: 'test', credentialId, version: 2 }]);
    const shown = await ask('epoch.reveal', { credentialId, what: 'version', version: 2 }, WORKER, { wantsSecret: true });
    expect(shown.secret?.fields).toEqual({ ...FIELDS, host: 'new.internal', password: PASSWORD });
    await tested(credentialId, 2);
    expect(await view(credentialId)).toMatchObject({ current: 2, generation: 2, publicFields: { host: 'new.internal', port: '5432' } });
    expect(await keysOf(credentialId)).toEqual([{ version: 1 }, { version: 2 }]);
    expect(await errands()).toEqual([]);
  });
  it('sends the secret elsewhere only for those who may reveal it; others bring it along', async () => {
    const { issuer: credentialId } = await registered(); // it has no issuer itself
    const elsewhere = { credentialId, publicFields: { host: 'theirs.example', port: '5433' } };
    const refusal = { code: 'secret-needed', sentence: expect.stringMatching(/^host and port say where the secret is sent/u) };
    expect(await ask('credential.edit', elsewhere, OPERATOR)).toEqual({ refusal });
    expect(await ask('credential.edit', { credentialId, publicFields: { host: FIELDS.host, database: 'other' } }, OPERATOR)).toMatchObject({
      value: { version: 2, status: 'testing' },
    });
    await tested(credentialId, 2);
    expect(
      await ask('credential.stage-value', { credentialId, publicFields: { ...FIELDS, ...elsewhere.publicFields } }, OPERATOR, {
        secret: secretOf('brought'),
      }),
    ).toMatchObject({
      value: { version: 3 },
    });
    await tested(credentialId, 3);
    await ask('credential.change-reveal-policy', { credentialId, revealable: false, reason: 'shown to nobody' });
    expect(await ask('credential.edit', { credentialId, publicFields: { host: 'mine.example' } })).toMatchObject({
      refusal: { code: 'secret-needed' },
    });
  });
  it('sends the secret elsewhere, or less guarded, only after a recent login', async () => {
    const { credentialId } = await registered();
    const longAgo = { ...ADMIN, authenticatedAt: '2026-01-01T00:00:00.000Z' };
    for (const publicFields of [{ host: 'new.internal' }, { sslmode: 'disable' }, { testQuery: 'select 1' }]) {
      expect(await ask('credential.edit', { credentialId, publicFields }, longAgo)).toMatchObject({
        refusal: { code: 'recent-login-required' },
      });
      expect(await ask('credential.edit', { credentialId, publicFields }, OPERATOR)).toMatchObject({ refusal: { code: 'secret-needed' } });
    }
    expect(await ask('credential.edit', { credentialId, publicFields: { database: 'other' } }, longAgo)).toMatchObject({
      value: { status: 'testing' },
    });
    await tested(credentialId, 2);
  });
  it('is refused with what does not fit the type, and changes nothing after a failed test', async () => {
    const { credentialId } = await registered();
    expect(await ask('credential.edit', { credentialId, publicFields: { port: 'http' } })).toMatchObject({
      refusal: { code: 'fields-invalid' },
    });
    await ask('credential.edit', { credentialId, publicFields: { host: 'wrong.internal' } });
    await tested(credentialId, 2, 'unreachable');
    const { current, failedChange, change } = await view(credentialId);
    expect([current, change, failedChange?.code]).toEqual([1, null, 'test-unreachable']);
  });
  it('answers a repeat with the first verdict', async () => {
    const { credentialId } = await registered();
    const commandId = randomUUID();
    const first = await ask('credential.edit', { credentialId, publicFields: { host: 'x' } }, ada(), { commandId });
    await tested(credentialId, 2);
    expect(await ask('credential.edit', { credentialId, publicFields: { host: 'x' } }, ada(), { commandId })).toEqual(first);
    expect((await view(credentialId)).versions).toHaveLength(2);
  });
});

describe('a rollback to an older version', () => {
  it('is tested, and consumers get it under a new generation', async () => {
    const { credentialId } = await registered();
    await editedTo(credentialId);
    const answer = await ask('credential.roll-back', { credentialId, version: 1, reason: 'the host is slow' }, OPERATOR);
    expect(answer).toEqual({ value: { credentialId, version: 1, status: 'testing', generation: 2, epoch: null } });
    await tested(credentialId, 1);
    expect(await view(credentialId)).toMatchObject({ current: 1, generation: 3, publicFields: FIELDS });
    const [two, one] = await versionsOf(credentialId);
    expect([two?.status, two?.editedFrom, two?.rollBackRefused, one?.status]).toEqual(['withdrawn', 1, null, 'current']);
    expect(two?.stagedBy).toEqual({ kind: 'person', id: 'ada', name: 'Ada' });
  });
});

describe('a comparison', () => {
  const compare = async (credentialId: string) => {
    const answer = await ask('credential.compare', { credentialId, a: 1, b: 2 });
    return VersionComparison.parse(answer.value).fields.filter(({ change }) => change !== 'same');
  };
  it('of an edit needs nothing opened', async () => {
    const { credentialId } = await registered();
    await editedTo(credentialId);
    expect(await compare(credentialId)).toEqual([{ field: 'host', secret: false, change: 'changed', a: FIELDS.host, b: 'new.internal' }]);
    expect(await eventsOf(credentialId, 'secret.compared')).toEqual([]);
  });
  it('of two values opens both inside the vault, says so in the log, and says no value', async () => {
    const { credentialId } = await registered();
    await vault.client(ADMIN).command('credential.stage-value', { credentialId }, { commandId: randomUUID(), secret: secretOf('another') });
    await tested(credentialId, 2);
    const fields = await compare(credentialId);
    expect(fields).toEqual([{ field: 'password', secret: true, change: 'changed', a: null, b: null }]);
    expect(await eventsOf(credentialId, 'secret.compared')).toHaveLength(1);
  });
});

describe('a reveal', () => {
  it('is recorded with its reason before it is answered', async () => {
    const { credentialId, address } = await registered();
    const shown = await reveal(credentialId);
    expect(shown).toMatchObject({ value: { version: 1, address, publicFields: FIELDS }, secret: { fields: { password: PASSWORD } } });
    const [event] = await eventsOf(credentialId, 'secret.revealed');
    expect(event?.data).toMatchObject({ recipient: 'person ada', reason: 'looking at a fault', fields: ['password'], version: 1 });
  });
  it('opens nothing before the record is durable', async () => {
    const { credentialId } = await registered();
    const revealed = `SELECT FROM events WHERE type = 'secret.revealed' AND stream = 'access-' || $1`;
    const seen: number[] = [];
    // As another session sees it: what it sees is committed.
    onUnwrap = async () => void seen.push((await vault.sql(revealed, [credentialId])).length);
    await reveal(credentialId);
    onUnwrap = async () => undefined;
    expect(seen).toEqual([1]);
  });
  it('is sealed to the caller’s own key, so that nobody on the way sees it', async () => {
    const { credentialId } = await registered();
    const key = await newRevealKey();
    const answer = await ask('credential.reveal', { credentialId, reason: 'end to end', recipientKey: key.publicKey });
    const { sealed } = SecretRevealedTo.parse(answer.value);
    expect(JSON.stringify(answer)).not.toContain(PASSWORD);
    expect(sealed && (await key.open(sealed))?.reveal()).toEqual({ fields: { password: PASSWORD } });
  });
  it('is repeated, not decided again, under the same command id; another key under it is another command', async () => {
    const { credentialId } = await registered();
    const commandId = randomUUID();
    const [first, again] = [await reveal(credentialId, {}, ada(), commandId), await reveal(credentialId, {}, ada(), commandId)];
    expect(again).toEqual(first);
    expect(await eventsOf(credentialId, 'secret.revealed')).toHaveLength(1);
    const { publicKey } = await newRevealKey();
    expect(await reveal(credentialId, { recipientKey: publicKey }, ada(), commandId)).toEqual({ refusal: { code: 'command-reused' } });
    await ask('credential.disable', { credentialId, reason: 'a leak' });
    expect(await reveal(credentialId, {}, ada(), commandId)).toEqual({ refusal: { code: 'credential-disabled' } });
  });
  it.each([
    ['an operator', OPERATOR, {}, 'not-allowed'],
    [
      'somebody who signed in an hour ago',
      { ...ADMIN, authenticatedAt: new Date(Date.now() - 3_600_000).toISOString() },
      {},
      'recent-login-required',
    ],
    ['somebody who names no such version', undefined, { version: 9 }, 'version-unknown'],
    ['somebody who names no such field', undefined, { fields: ['pin'] }, 'fields-invalid'],
  ])('is refused to %s, and the refusal is recorded', async (_who, actor, said, code) => {
    const { credentialId } = await registered();
    expect(await reveal(credentialId, said, actor ?? ada())).toMatchObject({ refusal: { code } });
    const [refused] = await eventsOf(credentialId, 'access.refused');
    expect(refused?.data).toMatchObject({ refusalCode: code });
  });
  it.each([' x ', '   ', '\u200b\u200b\u200b\u200b', '...', '\u202e\u202e\u202e'])('asks for a reason, which %j is not', async (reason) => {
    const { credentialId } = await registered();
    expect(await reveal(credentialId, { reason })).toMatchObject({ refusal: { code: 'message-invalid' } });
  });
  it('is refused where the credential’s policy says so', async () => {
    const { credentialId } = await registered();
    await ask('credential.change-reveal-policy', { credentialId, revealable: false });
    expect(await reveal(credentialId)).toMatchObject({ refusal: { code: 'not-revealable' } });
    expect((await view(credentialId)).revealable).toBe(false);
  });
});

describe('deleting', () => {
  const remove = (credentialId: string, address: string, said: object = {}) =>
    ask('credential.delete', { credentialId, confirm: address, reason: 'no longer used', ...said });

  it('waits for the worker’s revoke, then shreds; the history stays and the address is free', async () => {
    const { credentialId, address, issuer } = await registered();
    await editedTo(credentialId);
    expect(await remove(credentialId, address)).toEqual({ value: { credentialId, status: 'deleting', revoking: [1, 2] } });
    expect(await reveal(credentialId)).toEqual({ refusal: { code: 'credential-deleting' } });
    expect((await errands()).map(({ kind, version, epoch }) => [kind, version, epoch])).toEqual([
      ['revoke', 1, 1],
      ['revoke', 2, 1],
    ]);
    const opened = await ask('epoch.reveal', { credentialId, what: 'issuer' }, WORKER, { wantsSecret: true });
    expect(opened.value).toMatchObject({ credentialId: issuer });
    for (const version of [1, 2]) await ask('errand.record-revoked', { credentialId, version }, WORKER);
    expect(await keysOf(credentialId)).toEqual([]);
    const { status, deleted, current, versions } = await view(credentialId);
    expect([status, current, versions.map((each) => each.status)]).toEqual(['deleted', null, ['revoked', 'revoked']]);
    expect(deleted).toMatchObject({ by: { id: 'rotation-worker' }, reason: 'no longer used', revoked: [1, 2], leftAliveBecause: null });
    expect(Date.parse(deleted?.backupsOpenUntil ?? '') - Date.parse(deleted?.at ?? '')).toBe(35 * 86_400_000);
    const again = await registerOrders(vault, address).catch((fault: unknown) => fault);
    expect(again).toBeInstanceOf(Error); // its issuer's address is still taken
    expect(await vault.sql('SELECT 1 FROM credentials WHERE address = $1', [address])).toEqual([]);
  });
  it('leaves the value alive at the provider where somebody says why', async () => {
    const { credentialId, address } = await registered();
    const answer = await remove(credentialId, address, { leftAliveBecause: 'another team uses it' });
    expect(answer).toEqual({ value: { credentialId, status: 'deleted', revoking: [] } });
    expect((await view(credentialId)).deleted).toMatchObject({ leftAliveBecause: 'another team uses it' });
    expect(await reveal(credentialId)).toEqual({ refusal: { code: 'credential-deleted' } });
    expect(await ask('credential.enable', { credentialId })).toEqual({ refusal: { code: 'credential-deleted' } });
    const compared = await ask('credential.compare', { credentialId, a: 1, b: 1 });
    expect(VersionComparison.parse(compared.value).fields.find(({ secret }) => secret)?.change).toBe('unknown');
  });
  it('frees the address for a new credential', async () => {
    const { credentialId, address, issuer } = await registered();
    await remove(credentialId, address, { leftAliveBecause: 'it is moved' });
    const next = randomUUID();
    const data = { credentialId: next, address, credentialType: 'database_password', publicFields: FIELDS, issuer, untested: 'import' };
    const answer = await vault.client(ADMIN).command('credential.register', data, { commandId: randomUUID(), secret: secretOf('new') });
    expect(answer.ok).toBe(true);
    expect((await view(credentialId)).status).toBe('deleted');
    expect((await view(next)).status).toBe('active');
  });
  it('is refused while an instance holds a version, and names it', async () => {
    const { credentialId, address } = await registered();
    await grant(vault, 'holder', address);
    await testInstance(vault, 'holder', 'one').fetch(address);
    expect(await remove(credentialId, address)).toEqual({ refusal: { code: 'version-held', holders: ['holder/one (version 1)'] } });
    await testInstance(vault, 'holder', 'one').ask('goodbye', { seq: 99 });
    expect(await remove(credentialId, address)).toMatchObject({ value: { status: 'deleting' } });
  });
  it('revokes nothing that somebody fetched just before it began', async () => {
    const { credentialId, address } = await registered();
    await remove(credentialId, address);
    await vault.sql(`INSERT INTO leases (consumer, instance, seq, last_beat_at, started_at) VALUES ('late', 'one', 1, now(), now())`);
    await vault.sql(
      `INSERT INTO lease_holds (consumer, instance, credential_id, version, generation, nonce, fetched_seq, held_since)
       VALUES ('late', 'one', $1, 1, 1, 'n', 1, now())`,
      [credentialId],
    );
    expect((await errands()).filter((errand) => errand.credentialId === credentialId)).toEqual([]);
    expect((await view(credentialId)).deletion?.sentence).toBe('Waiting for late/one (version 1), before anything is revoked.');
  });
  it('is refused for an issuer that others are managed with, and without the address typed', async () => {
    const { issuer, address } = await registered();
    expect(await remove(issuer, `${address}-issuer`)).toEqual({ refusal: { code: 'issuer-in-use', credentials: [address] } });
    expect(await remove(issuer, address)).toEqual({ refusal: { code: 'confirmation-wrong' } });
  });
  it('doesn’t stop the next start', async () => {
    const { credentialId, address } = await registered();
    await remove(credentialId, address, { leftAliveBecause: 'it is shared' });
    expect(await keysOf(credentialId)).toEqual([]);
    await expect(openKeys(vault.opening)).resolves.toBeDefined();
  });
});
