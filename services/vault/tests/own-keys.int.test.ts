import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { beforeAll, describe, expect, it } from 'vitest';
import { testVault, type TestVault } from './test-vault.ts';

const ISSUER = 'https://sso.example.com';
const person = (id: string, role: string, tier?: string): Actor => ({
  kind: 'person',
  id,
  issuer: ISSUER,
  roles: [role],
  ...(tier === undefined ? {} : { tier }),
});
const ADMIN = person('importer', 'admin');

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});

const ORIGIN = { origin: { kind: 'import', source: 'keycloak', reference: 'a test' } };
const register = (actor: Actor, scope: string, name: string) =>
  vault.client(actor).command(
    'credential.register',
    {
      credentialId: uuidv7(),
      address: `${scope}.openai.${name}`,
      credentialType: 'user_api_key',
      publicFields: { provider: 'openai' },
      issuer: null,
      ...(actor === ADMIN && ORIGIN),
    },
    { commandId: randomUUID(), secret: new Sensitive({ fields: { apiKey: 'sk-test-1234567890abcdef' } }) },
  );

const key = (address: string, data: object = {}) => ({
  credentialId: uuidv7(),
  address,
  credentialType: 'user_api_key',
  publicFields: { provider: 'openai' },
  issuer: null,
  untested: 'import', // so that it is current at once: no worker is there
  ...data,
});
const apiKey = () => new Sensitive({ fields: { apiKey: 'sk-test-1234567890abcdef' } });
const BY_OWNER = { service: 'openai', credentialType: 'user_api_key', reason: 'deleted by its owner', leftAliveBecause: 'they revoke it' };

const listed = async (actor: Actor, scope: string): Promise<string[]> => {
  const answer = await vault.client(actor).query('credential.list', { scope });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return VAULT_QUERIES_TABLE['credential.list'].answer.parse(answer.value.value).items.map(({ address }) => address);
};

describe('a key of one’s own', () => {
  it.each(['starter', 'professional', 'enterprise'])('is registered with the tier %s', async (tier) => {
    const ada = person(`ada-${tier}`, 'user', tier);
    expect(await register(ada, userScope(ISSUER, ada.id), 'main')).toMatchObject({ ok: true });
  });
  it.each([undefined, 'free', '', 'Enterprise'])('is not with the tier %j, whatever the role', async (tier) => {
    for (const role of ['user', 'operator', 'admin']) {
      const ada = person(`${role}-${tier}`, role, tier);
      expect(await register(ada, userScope(ISSUER, ada.id), 'main')).toMatchObject({ refusal: { code: 'tier-too-low' } });
    }
  });
  it('is registered for somebody else, by an import, whatever the tier', async () => {
    expect(await register(ADMIN, userScope(ISSUER, 'imported'), 'main')).toMatchObject({ ok: true });
  });
  it('is its provider’s default where it is the first, and a repeat says so whatever came in between', async () => {
    const ida = person('ida', 'user', 'starter');
    const scope = userScope(ISSUER, ida.id);
    const first = key(`${scope}.openai.main`, { isDefaultIfFirst: true });
    const sent = { commandId: randomUUID(), secret: apiKey() };
    const made = await vault.client(ida).command('credential.register', first, sent);
    expect(made).toMatchObject({ ok: true });
    const second = key(`${scope}.openai.other`, { isDefaultIfFirst: true });
    await vault.client(ida).command('credential.register', second, { commandId: randomUUID(), secret: apiKey() });
    expect(await vault.client(ida).command('credential.register', first, { ...sent, secret: apiKey() })).toMatchObject({ ok: true });
    const isDefault = async ({ credentialId }: { credentialId: string }) => {
      const view = await vault.client(ida).query('credential.get', { credentialId });
      return view.ok && VAULT_QUERIES_TABLE['credential.get'].answer.parse(view.value.value).isDefault;
    };
    expect([await isDefault(first), await isDefault(second)]).toEqual([true, false]);
  });
  it('is deleted by its provider only where it is the only one, and a repeat deletes no other', async () => {
    const eli = person('eli', 'user', 'starter');
    const scope = userScope(ISSUER, eli.id);
    const client = vault.client(eli);
    const add = (name: string) =>
      client.command('credential.register', key(`${scope}.openai.${name}`), { commandId: randomUUID(), secret: apiKey() });
    const remove = (commandId: string) => client.command('credential.delete-only', { scope, ...BY_OWNER }, { commandId });
    await add('one');
    const [first, early] = [randomUUID(), randomUUID()];
    expect(await remove(first)).toMatchObject({ ok: true, value: { value: { status: 'deleted' } } });
    expect(await remove(early)).toMatchObject({ refusal: { code: 'credential-unknown' } });
    await add('two');
    expect(await remove(first)).toMatchObject({ ok: true, value: { value: { status: 'deleted' } } });
    expect(await remove(early)).toMatchObject({ refusal: { code: 'credential-unknown' } });
    expect(await listed(eli, scope)).toEqual([`${scope}.openai.two`]);
    await add('three');
    expect(await remove(randomUUID())).toMatchObject({ refusal: { code: 'credential-ambiguous' } });
    expect(await listed(eli, scope)).toHaveLength(2);
  });
  it('is listed to its owner and to readers, with what was imported for the owner’s older id', async () => {
    const bob = person('bob', 'user', 'starter');
    const scope = userScope(ISSUER, bob.id);
    const older = legacyUserScope('old-bob');
    const mapped = { legacyId: 'old-bob', issuer: ISSUER, subject: bob.id };
    await register(ADMIN, older, 'older');
    await vault.client(ADMIN).command('legacy-user.map', mapped, { commandId: randomUUID() });
    await register(bob, scope, 'main');
    const both = [`${older}.openai.older`, `${scope}.openai.main`].toSorted();
    expect((await listed(bob, scope)).toSorted()).toEqual(both);
    expect((await listed(person('ari', 'auditor'), scope)).toSorted()).toEqual(both);
    expect(await vault.client(person('eve', 'user')).query('credential.list', { scope })).toMatchObject({
      refusal: { code: 'not-allowed' },
    });
    expect(await vault.client(bob).query('credential.list', {})).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
});
