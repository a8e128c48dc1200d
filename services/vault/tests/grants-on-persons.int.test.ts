import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { apiTokenProof, newApiToken } from '@keyturn/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, testVault, type TestVault } from './test-vault.ts';

// ADR-0034: no admin is shown a user's own key; these are the two ways round that.

const ISSUER = 'https://sso.example.com';
const SOPHIE = userScope(ISSUER, 'sophie');
const EARLIER: Actor = { ...ADMIN, authenticatedAt: new Date(Date.now() - 16 * 60_000).toISOString() };
const SIGN_IN = { ok: false, refusal: { code: 'recent-login-required' } };

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const command = (actor: Actor, name: string, data: unknown) => vault.client(actor).command(name, data, { commandId: randomUUID() });
const register = (actor: Actor, consumer: string, action: 'read' | 'preflight' | 'ack', pattern: string) =>
  command(actor, 'consumer.register', { consumer, grants: [{ action, pattern }] });
const issueToken = (actor: Actor, consumer: string) =>
  command(actor, 'consumer.issue-token', { consumer, tokenId: randomUUID(), proof: apiTokenProof(newApiToken()), lifetimeSeconds: 60 });
const lastEvent = async () => (await vault.events()).at(-1);

describe('a grant on a person’s scope', () => {
  it.each(['read', 'preflight'] as const)('to %s is given after a recent login only, and a refusal of it is recorded', async (action) => {
    const consumer = `chat-${action}`;
    expect(await register(EARLIER, consumer, action, `${SOPHIE}.openai.*`)).toMatchObject(SIGN_IN);
    expect(await lastEvent()).toMatchObject({ type: 'access.refused', data: { refusalCode: 'recent-login-required' } });
    expect((await register(ADMIN, consumer, action, `${SOPHIE}.openai.*`)).ok).toBe(true);
    expect((await register(EARLIER, consumer, action, `${SOPHIE}.openai.*`)).ok).toBe(true); // the same again grants nothing
    expect(await register(EARLIER, consumer, action, `${SOPHIE}.anthropic.*`)).toMatchObject(SIGN_IN);
  });
  it.each(['system.openai.*', '*.openai.*'])('is not meant by %s', async (pattern) => {
    expect((await register(EARLIER, 'orders', 'read', pattern)).ok).toBe(true);
    expect((await issueToken(EARLIER, 'orders')).ok).toBe(true);
    const issued = await lastEvent();
    expect(issued?.type).toBe('consumer.token-issued');
    expect(issued?.data).not.toHaveProperty('persons');
  });
  it('makes a token of that consumer want a recent login too, and stands in its record', async () => {
    expect((await register(ADMIN, 'nightly', 'read', `${SOPHIE}.openai.*`)).ok).toBe(true);
    expect(await issueToken(EARLIER, 'nightly')).toMatchObject(SIGN_IN);
    expect((await issueToken(ADMIN, 'nightly')).ok).toBe(true);
    expect(await lastEvent()).toMatchObject({ type: 'consumer.token-issued', data: { persons: [SOPHIE] } });
  });
  it('is taken away at any time', async () => {
    expect((await register(ADMIN, 'retired', 'read', `${SOPHIE}.openai.*`)).ok).toBe(true);
    expect((await command(EARLIER, 'consumer.register', { consumer: 'retired', grants: [] })).ok).toBe(true);
    expect((await issueToken(EARLIER, 'retired')).ok).toBe(true);
  });
});

describe('a user of the older system', () => {
  const mapped = (actor: Actor, subject: string, issuer = ISSUER) =>
    command(actor, 'legacy-user.map', { legacyId: 'old-sophie', issuer, subject });

  it('is mapped by nobody to themselves, which is recorded, and by an admin to somebody else', async () => {
    const nameless: Actor = { ...ADMIN, id: 'eve' };
    const admin: Actor = { ...nameless, issuer: ISSUER };
    expect(await mapped(admin, admin.id)).toMatchObject({ ok: false, refusal: { code: 'legacy-user-oneself' } });
    expect(await mapped(nameless, admin.id)).toMatchObject({ ok: false, refusal: { code: 'legacy-user-oneself' } }); // it names no issuer
    expect(await lastEvent()).toMatchObject({ type: 'access.refused', data: { refusalCode: 'legacy-user-oneself' } });
    const found = await vault.client(admin).query('legacy-user.find', { legacyIds: ['old-sophie'] });
    expect(found).toMatchObject({ value: { value: { items: [{ scope: legacyUserScope('old-sophie'), subject: null }] } } });
    expect((await mapped(admin, 'sophie')).ok).toBe(true);
  });
});
