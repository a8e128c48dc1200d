import type { Actor } from '@keyturn/contracts';
import { legacyUserScope } from '@keyturn/contracts/scopes';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, asking, OPERATOR, secretOf, WORKER } from './ask-vault.ts';
import { ADMIN, FIELDS, registerOrders, testVault, type TestVault } from './test-vault.ts';

// For whose server an issuer makes secrets, which nobody brought and a rotation tests.

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());
const { ask, tested } = asking(() => vault);

let made = 0;
const registered = () => registerOrders(vault, `system.postgres.life-${(made += 1)}`);
const eventsOf = async (credentialId: string, type: string) =>
  (await vault.events()).filter((event) => event.type === type && (event.data as { credentialId?: string }).credentialId === credentialId);

describe('an issuer', () => {
  const theirs = { ...FIELDS, host: 'theirs.example' };
  const register = (issuer: string, publicFields: object, actor: Actor, address = `system.postgres.life-${(made += 1)}`) => {
    const origin = { kind: 'import', source: 'env', reference: address };
    const data = { credentialId: uuidv7(), address, credentialType: 'database_password', publicFields, issuer, untested: 'import', origin };
    return ask('credential.register', data, actor, { secret: secretOf('brought') });
  };
  const elsewhere = { code: 'secret-needed', sentence: expect.stringMatching(/^host says where the secret is sent: where they differ/u) };

  it('makes secrets for its own server, unless somebody who may reveal it says otherwise', async () => {
    const { issuer } = await registered();
    expect(await register(issuer, theirs, OPERATOR)).toEqual({ refusal: elsewhere });
    expect(await register(issuer, FIELDS, OPERATOR)).toMatchObject({ value: { version: 1 } });
    const longAgo = { ...ADMIN, authenticatedAt: '2026-01-01T00:00:00.000Z' };
    expect(await register(issuer, theirs, longAgo)).toMatchObject({ refusal: { code: 'recent-login-required' } });
    expect(await register(issuer, theirs, ada())).toMatchObject({ value: { version: 1 } });
  });
  it('goes on with its own server when somebody brings a value: the next rotation would test another secret there', async () => {
    const { credentialId, issuer } = await registered();
    const bring = (id: string, publicFields: object | undefined, actor: Actor) =>
      ask('credential.stage-value', { credentialId: id, ...(publicFields && { publicFields }) }, actor, { secret: secretOf('brought') });
    expect(await bring(credentialId, theirs, OPERATOR)).toEqual({ refusal: elsewhere });
    expect(await bring(credentialId, { ...FIELDS, database: 'other' }, OPERATOR)).toMatchObject({ value: { version: 2 } });
    await tested(credentialId, 2);
    const { value } = await register(issuer, theirs, ada());
    const strayed = String(value?.['credentialId']);
    expect(await bring(strayed, undefined, OPERATOR)).toMatchObject({ value: { version: 2 } });
    await tested(strayed, 2);
  });
  it('works for nobody else’s server, in whichever order the two are moved; somebody who may reveal it can have it so', async () => {
    const { credentialId, issuer } = await registered();
    const bring = async (id: string) => {
      const data = { credentialId: id, publicFields: theirs };
      expect(await ask('credential.stage-value', data, OPERATOR, { secret: secretOf('theirs') })).toMatchObject({ value: { version: 2 } });
      await tested(id, 2);
    };
    const takeBack = async () => {
      await ask('credential.roll-back', { credentialId: issuer, version: 1, reason: 'its own server again' }, OPERATOR);
      await tested(issuer, 1);
    };
    const revealed = () => ask('epoch.reveal', { credentialId, what: 'issuer' }, WORKER, { wantsSecret: true });
    const rotate = (actor: Actor) => ask('rotation.request', { credentialId, reason: 'manual' }, actor);
    await bring(issuer);
    await bring(credentialId);
    expect(await rotate(OPERATOR)).toMatchObject({ value: { epoch: 1 } });
    await takeBack(); // the rotation was asked for while both were there
    expect(await revealed()).toEqual({ refusal: { code: 'issuer-elsewhere' } });
    await ask('epoch.fail', { credentialId, epoch: 1, step: 'stage', reasonCode: 'issuer-elsewhere', sentence: 'Over.' }, WORKER);
    expect(await rotate(OPERATOR)).toEqual({ refusal: elsewhere });
    expect(await rotate({ ...ADMIN, authenticatedAt: '2026-01-01T00:00:00.000Z' })).toMatchObject({
      refusal: { code: 'recent-login-required' },
    });
    expect(await rotate(ada())).toMatchObject({ value: { epoch: 2 } });
    expect(await eventsOf(credentialId, 'rotation.requested')).toMatchObject([
      { data: { epoch: 1 } },
      { data: { epoch: 2, elsewhere: true } },
    ]);
    expect(await revealed()).toMatchObject({ value: { credentialId: issuer, version: 1 } });
    await ask('epoch.fail', { credentialId, epoch: 2, step: 'stage', reasonCode: 'over', sentence: 'Over.' }, WORKER);
  });
  it('is of the type that makes such values: keys of OpenAI are an admin key’s, and those of others are a person’s', async () => {
    const register = (credentialType: string, publicFields: object, secret: object, issuer: string | null) => {
      const address = `system.openai.life-${(made += 1)}`;
      const data = { credentialId: uuidv7(), address, credentialType, publicFields, issuer, untested: 'import' };
      return ask('credential.register', data, OPERATOR, { secret: new Sensitive({ fields: secret }) });
    };
    const key = { apiKey: 'sk-proj-0123456789abcdef' };
    const project = { provider: 'openai', projectId: 'proj_shop' };
    const admin = await register('openai_admin_key', {}, { adminKey: 'sk-admin-0123456789' }, null);
    const issuer = String(admin.value?.['credentialId']);
    const { issuer: ofPostgres } = await registered();
    expect(await register('user_api_key', project, key, ofPostgres)).toMatchObject({
      refusal: { code: 'issuer-unfit', sentence: expect.stringContaining('openai_admin_key') },
    });
    expect(await register('user_api_key', { provider: 'openai' }, key, issuer)).toEqual({
      refusal: { code: 'fields-missing', fields: 'projectId' },
    });
    const registeredKey = await register('user_api_key', project, key, issuer);
    expect(registeredKey).toMatchObject({ value: { version: 1 } });
    const credentialId = String(registeredKey.value?.['credentialId']);
    expect(await ask('rotation.request', { credentialId, reason: 'manual' }, OPERATOR)).toMatchObject({ value: { epoch: 1 } });
    expect(await eventsOf(credentialId, 'rotation.requested')).toMatchObject([{ data: { strategy: 'issued' } }]);
    expect(await eventsOf(credentialId, 'credential.registered')).toMatchObject([{ data: { issuer, issuerType: 'openai_admin_key' } }]);
    const sent = { ...project, endpoint: 'https://elsewhere.example/v1' };
    expect(await register('user_api_key', sent, key, issuer)).toMatchObject({ refusal: { code: 'secret-needed' } });
  });
  it('is no credential of a person, and makes none for them', async () => {
    const { issuer } = await registered();
    const own = `${legacyUserScope('u1')}.postgres.mine`;
    const refusal = { code: 'issuer-unknown', issuer };
    expect(await register(issuer, FIELDS, ada(), own)).toEqual({ refusal });
  });
});
