import { randomUUID } from 'node:crypto';
import { type Actor, addressFrom } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeys } from '../src/secrets/open-keys.ts';
import { memoryKeyWrapper } from '../src/adapters/memory/memory-key-wrapper.ts';
import { ADDRESS, ADMIN, AUDITOR, FIELDS, PASSWORD, registerOrders, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
let ids: Awaited<ReturnType<typeof registerOrders>>;
const secretOf = (password: unknown) => new Sensitive({ fields: { password } });

beforeAll(async () => {
  vault = await testVault();
  ids = await registerOrders(vault);
});
afterAll(() => vault.dispose());

const registering = (changes: object = {}) => ({
  credentialId: uuidv7(),
  address: `system.postgres.${randomUUID().slice(0, 8)}`,
  credentialType: 'database_password',
  publicFields: FIELDS,
  ...changes,
});
const openEpoch = async (): Promise<number> => {
  const asked = await vault.client(ADMIN).command('rotation.request', { credentialId: ids.credentialId }, { commandId: randomUUID() });
  if (!asked.ok) throw new Error(asked.refusal.code);
  return (asked.value.value as { epoch: number }).epoch;
};
const failEpoch = (epoch: number) =>
  vault
    .client(ADMIN)
    .command(
      'epoch.fail',
      { credentialId: ids.credentialId, epoch, step: 'stage', reasonCode: 'test', sentence: 'Over.' },
      { commandId: randomUUID() },
    );

describe('registering a credential', () => {
  it('leaves no plaintext in any table', async () => {
    const tables = await vault.sql<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
    const dumps = await Promise.all(tables.map(async ({ name }) => JSON.stringify(await vault.sql(`SELECT * FROM ${name}`))));
    const all = dumps.join('\n');
    expect(all).toContain(ADDRESS);
    const hex = Buffer.from(PASSWORD).toString('hex');
    for (const form of [PASSWORD, hex, Buffer.from(PASSWORD).toString('base64').slice(0, -4)]) expect(all).not.toContain(form);
  });
  it('answers a repeat with the first verdict, though sealing is randomised', async () => {
    const data = registering();
    const commandId = randomUUID();
    const first = await vault.client(ADMIN).command('credential.register', data, { commandId, secret: secretOf('one') });
    const again = await vault.client(ADMIN).command('credential.register', data, { commandId, secret: secretOf('one') });
    expect(first.ok).toBe(true);
    expect(again).toEqual(first);
  });
  it('refuses another secret under the same command id', async () => {
    const data = registering();
    const commandId = randomUUID();
    await vault.client(ADMIN).command('credential.register', data, { commandId, secret: secretOf('one') });
    const other = await vault.client(ADMIN).command('credential.register', data, { commandId, secret: secretOf('two') });
    expect(other).toEqual({ ok: false, refusal: { code: 'command-reused' } });
  });
  it('says who has the address where two names of people have one slug', async () => {
    const send = (name: string) =>
      vault.client(ADMIN).command('credential.register', registering({ address: addressFrom({ service: 'Slugged', name }) }), {
        commandId: randomUUID(),
        secret: secretOf('x'),
      });
    const first = await send('Büro Nord');
    expect(first).toMatchObject({ ok: true });
    const [holder] = await vault.sql<{ id: string }>('SELECT credential_id AS id FROM credentials WHERE address = $1', [
      'system.slugged.buro-nord',
    ]);
    expect(await send('buro_nord')).toEqual({
      ok: false,
      refusal: { code: 'address-taken', address: 'system.slugged.buro-nord', credentialId: holder?.id },
    });
  });
  it('refuses an address that is taken, and writes nothing', async () => {
    const before = await vault.sql<{ n: string }>('SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM wrapped_deks) AS n');
    const [holder] = await vault.sql<{ id: string }>('SELECT credential_id AS id FROM credentials WHERE address = $1', [ADDRESS]);
    const taken = await vault
      .client(ADMIN)
      .command('credential.register', registering({ address: ADDRESS }), { commandId: randomUUID(), secret: secretOf('x') });
    expect(taken).toEqual({ ok: false, refusal: { code: 'address-taken', address: ADDRESS, credentialId: holder?.id } });
    expect(await vault.sql('SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM wrapped_deks) AS n')).toEqual(before);
  });
  it.each([
    ['a missing secret', registering(), undefined, ['the secret fields are missing']],
    [
      'a secret field that no schema would see',
      registering(),
      new Sensitive({ fields: JSON.parse('{"password":"x","__proto__":"lost"}') as object }),
      ['__proto__: a field can’t have this name'],
    ],
    [
      'more than 64 KiB, counted in bytes',
      registering({ credentialType: 'generic', publicFields: {} }),
      new Sensitive({ fields: { a: 'é'.repeat(30_000), b: 'b'.repeat(6_000) } }),
      ['the secret fields have 64 KiB together at most'],
    ],
    [
      'a secret of the wrong shape',
      registering(),
      new Sensitive({ fields: { pass: 'hunter2' } }),
      ['password: Password is needed.', 'pass: There is no such field.'],
    ],
    [
      'an unknown public field',
      registering({ publicFields: { ...FIELDS, colour: 'red' } }),
      secretOf('x'),
      ['colour: There is no such field.'],
    ],
    [
      'a bad port',
      registering({ publicFields: { ...FIELDS, port: 'http' } }),
      secretOf('x'),
      ['port: The port is a number, such as 5432.'],
    ],
  ])('refuses %s, and echoes no value', async (_what, data, secret, issues) => {
    const refused = await vault
      .client(ADMIN)
      .command('credential.register', data, { commandId: randomUUID(), ...(secret === undefined ? {} : { secret }) });
    expect(refused).toEqual({ ok: false, refusal: { code: 'fields-invalid', issues } });
  });
  it.each([
    ['plain', 'a'.repeat(65_536)],
    ['of quotes, which JSON escapes', '"'.repeat(65_536)],
    ['of emoji', '🔑'.repeat(16_384)],
    ['with NULs, line ends and text from right to left', '\0\r\n\u202Eשלום'.repeat(3_000)],
  ])('keeps 64 KiB, %s, and gives them back as they were', async (_what, value) => {
    const credentialId = uuidv7();
    const data = registering({ credentialId, address: `system.misc.m-${credentialId}`, credentialType: 'generic', publicFields: {} });
    const kept = { commandId: randomUUID(), secret: new Sensitive({ fields: { value } }) };
    expect(await vault.client(ADMIN).command('credential.register', data, kept)).toMatchObject({ ok: true });
    const admin = vault.client({ ...ADMIN, authenticatedAt: new Date().toISOString() });
    const asked = { credentialId, reason: 'to see it whole' };
    const shown = await admin.command('credential.reveal', asked, { commandId: randomUUID(), wantsSecret: true });
    expect(shown.ok && shown.value.secret?.reveal()).toEqual({ fields: { value } });
  });
  it('refuses an issuer that nobody registered', async () => {
    const issuer = uuidv7();
    const refused = await vault
      .client(ADMIN)
      .command('credential.register', registering({ issuer }), { commandId: randomUUID(), secret: secretOf('x') });
    expect(refused).toEqual({ ok: false, refusal: { code: 'issuer-unknown', issuer } });
  });
});

describe('who may command', () => {
  it('refuses a role that may not, and records it', async () => {
    const refused = await vault
      .client(AUDITOR)
      .command('rotation.request', { credentialId: ids.credentialId }, { commandId: randomUUID() });
    expect(refused).toEqual({ ok: false, refusal: { code: 'not-allowed', action: 'rotation.request' } });
    const events = await vault.events();
    expect(events.filter((event) => event.type === 'access.refused').map((event) => event.data)).toContainEqual({
      recipient: 'person ari',
      refusalCode: 'not-allowed',
      times: 1,
    });
  });
  it('records at most five refusals a minute of one identity, and one event for the rest', async () => {
    const mallory: Actor = { kind: 'person', id: 'mallory', roles: [] };
    for (let tries = 0; tries < 20; tries += 1)
      await vault.client(mallory).command('rotation.request', { credentialId: ids.credentialId }, { commandId: randomUUID() });
    const recorded = async () => {
      const events = (await vault.events()).filter((event) => event.type === 'access.refused' && event.meta.actor.id === 'mallory');
      return events.map(({ data }) => (data as { times: number }).times);
    };
    expect(await recorded()).toEqual([1, 1, 1, 1, 1]);
    await vault.vault.settleRefusals('all'); // as a vault that stops
    expect(await recorded()).toEqual([1, 1, 1, 1, 1, 15]);
  });
  it('lets nobody speak as the worker: its commands carry its own name', async () => {
    const epoch = await openEpoch();
    await failEpoch(epoch);
    const [last] = (await vault.events()).filter((event) => event.type === 'rotation.failed').slice(-1);
    expect(last?.meta.actor).toEqual({ kind: 'service', id: 'rotation-worker', roles: ['worker'] });
  });
  it.each([
    ['a command that does not exist', 'credential.explode', {}],
    ['data of the wrong type', 'rotation.request', { credentialId: 42 }],
    ['no data', 'rotation.request', undefined],
    ['a NUL', 'credential.register', registering({ displayName: 'a\u0000b' })],
    ['half a character', 'credential.register', registering({ displayName: 'a\ud800' })],
  ])('refuses %s', async (_what, type, data) => {
    const refused = await vault.client(ADMIN).command(type, data, { commandId: randomUUID() });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'message-invalid' } });
  });
});

describe('a reveal to the worker', () => {
  const reveal = (what: 'version' | 'issuer', version?: number) =>
    vault
      .client(ADMIN)
      .command(
        'epoch.reveal',
        { credentialId: ids.credentialId, what, ...(version === undefined ? {} : { version }) },
        { commandId: randomUUID(), wantsSecret: true },
      );

  it('is refused while no epoch needs it', async () => {
    expect(await reveal('version', 1)).toEqual({ ok: false, refusal: { code: 'not-allowed', action: 'epoch.reveal' } });
  });
  it('gives an open epoch its version and its issuer, each recorded first', async () => {
    const epoch = await openEpoch();
    const version = await reveal('version', 1);
    const issuer = await reveal('issuer');
    expect(version.ok && version.value.secret?.reveal()).toEqual({ fields: { ...FIELDS, password: PASSWORD } });
    expect(issuer.ok && issuer.value.value).toMatchObject({ credentialId: ids.issuer, version: 1 });
    const revealed = (await vault.events()).filter((event) => event.type === 'secret.revealed').map((event) => event.stream);
    expect(revealed.slice(-2)).toEqual([`access-${ids.credentialId}`, `access-${ids.issuer}`]);
    await failEpoch(epoch);
  });
  it('is refused for a version that never was', async () => {
    const epoch = await openEpoch();
    expect(await reveal('version', 9)).toEqual({ ok: false, refusal: { code: 'version-unknown', requested: 9 } });
    await failEpoch(epoch);
  });
});

describe('a start', () => {
  it('is stopped by a version without its data key, which it names', async () => {
    const other = await testVault();
    const made = await registerOrders(other);
    await other.sql('DELETE FROM wrapped_deks WHERE credential_id = $1', [made.credentialId]);
    await expect(openKeys(other.opening)).rejects.toThrow(`version 1 of ${made.credentialId}`);
    await other.dispose();
  });
  it('is stopped by another KEK, before anything is served', async () => {
    await expect(openKeys({ ...vault.opening, openWrapper: () => memoryKeyWrapper() })).rejects.toThrow(/wrong KEK: .* hang on kek-/);
  });
});
