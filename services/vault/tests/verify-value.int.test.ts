import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, AUDITOR, PASSWORD, registerOrders, type TestVault, testVault } from './test-vault.ts';

describe('bringing a value to compare', () => {
  let vault: TestVault;
  beforeAll(async () => (vault = await testVault()));
  afterAll(() => vault.dispose());

  const verify = (credentialId: string, fields: object, { actor = ADMIN, version = 1 }: { actor?: Actor; version?: number } = {}) =>
    vault
      .client(actor)
      .command('credential.verify-value', { credentialId, version }, { commandId: randomUUID(), secret: new Sensitive({ fields }) });
  const registerOwn = async (actor: Actor, scope: string, origin: object): Promise<string> => {
    const credentialId = uuidv7();
    const address = `${scope}.openai.mine`;
    const data = {
      credentialId,
      address,
      credentialType: 'user_api_key',
      publicFields: { provider: 'openai' },
      untested: 'import',
      ...origin,
    };
    const secret = new Sensitive({ fields: { apiKey: 'sk-verify-0123456789abcdef' } });
    const made = await vault.client(actor).command('credential.register', data, { commandId: randomUUID(), secret });
    expect(made.ok).toBe(true);
    return credentialId;
  };

  it('tells equal from different, and records both before it answers', async () => {
    const { credentialId } = await registerOrders(vault);
    expect(await verify(credentialId, { password: PASSWORD })).toMatchObject({ ok: true, value: { value: { version: 1, equal: true } } });
    expect(await verify(credentialId, { password: `${PASSWORD}.` })).toMatchObject({ value: { value: { equal: false } } });
    expect(await verify(credentialId, { password: PASSWORD, more: '' })).toMatchObject({ value: { value: { equal: false } } });
    const recorded = (await vault.events()).filter((event) => event.type === 'secret.verified');
    expect(recorded.map(({ data, stream }) => [stream, data])).toEqual(
      [true, false, false].map((equal) => [`access-${credentialId}`, expect.objectContaining({ equal, recipient: 'person ada' })]),
    );
    expect(JSON.stringify(recorded)).not.toContain(PASSWORD);
  });

  it('is refused, and recorded, without the right, for no version, and after ten wrong values', async () => {
    const { credentialId } = await registerOrders(vault, 'system.postgres.guessed');
    const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
    expect(await verify(credentialId, { password: PASSWORD }, { actor: AUDITOR })).toEqual(refused('not-allowed'));
    expect(await verify(credentialId, { password: PASSWORD }, { version: 2 })).toEqual(refused('version-unknown'));
    for (let guess = 0; guess < 10; guess += 1) await verify(credentialId, { password: `guess ${guess}` });
    expect(await verify(credentialId, { password: PASSWORD })).toEqual(refused('guesses-exhausted'));
    const denied = (await vault.events())
      .filter((event) => event.type === 'access.refused')
      .map(({ data }) => (data as { refusalCode: string }).refusalCode);
    expect(denied).toEqual(expect.arrayContaining(['not-allowed', 'version-unknown', 'guesses-exhausted']));
  });

  it('lets ten wrong values through where hundreds come at once', async () => {
    const { credentialId } = await registerOrders(vault, 'system.postgres.at-once');
    const answers = await Promise.all(Array.from({ length: 200 }, (_, guess) => verify(credentialId, { password: `guess ${guess}` })));
    const compared = answers.filter(({ ok }) => ok);
    const exhausted = answers.filter((answer) => !answer.ok && answer.refusal.code === 'guesses-exhausted');
    expect([compared.length, exhausted.length]).toEqual([10, 190]);
  });

  it('is not done on people’s own keys, except what was imported', async () => {
    const value = { apiKey: 'sk-verify-0123456789abcdef' };
    const issuer = 'https://sso.example.com';
    const ada: Actor = { kind: 'person', id: 'ada', issuer, roles: ['user'], tier: 'starter' };
    const imported = await registerOwn(ADMIN, legacyUserScope('u1'), {
      origin: { kind: 'import', source: 'fernet', reference: 'ops/encrypted_credentials/3' },
    });
    expect(await verify(imported, value)).toMatchObject({ value: { value: { equal: true } } });
    expect(await verify(await registerOwn(ada, userScope(issuer, ada.id), {}), value)).toMatchObject({
      ok: false,
      refusal: { code: 'not-allowed' },
    });
  });
});
