import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import type { Grant } from '@keyturn/contracts/events';
import type { VaultQueryAnswer, VaultQueryInput, VaultQueryName } from '@keyturn/contracts/queries';
import { apiTokenProof, newApiToken } from '@keyturn/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, AUDITOR, grant, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

const PUBLIC_KEY = `U${'A'.repeat(55)}`;
const PROGRAM: Actor = { kind: 'program', id: 'consumer-orders', roles: ['consumer:orders'], ip: '192.0.2.7' };
const STRANGER: Actor = { kind: 'program', id: 'api-token', ip: '192.0.2.8' };

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
  await grant(vault, 'orders', 'system.postgres.*');
});
afterAll(() => vault.dispose());

type Asking = { readonly consumer?: string; readonly instance?: string; readonly proof?: string; readonly commandId?: string };
const ask = (actor: Actor, { consumer = 'orders', instance = 'a', proof, commandId = randomUUID() }: Asking = {}) => {
  const data = { consumer, instance, publicKey: PUBLIC_KEY, lifetimeSeconds: 300, ...(proof === undefined ? {} : { proof }) };
  return vault.client(actor).command('consumer.issue-credentials', data, { commandId });
};
const issueToken = async (lifetimeSeconds = 3600) => {
  const [tokenId, token] = [randomUUID(), newApiToken()];
  const data = { consumer: 'orders', tokenId, proof: apiTokenProof(token), lifetimeSeconds };
  const issued = await vault.client(ADMIN).command('consumer.issue-token', data, { commandId: randomUUID() });
  expect(issued.ok).toBe(true);
  return { tokenId, token, proof: apiTokenProof(token) };
};
const register = async (consumer: string, more: { owner?: string | null; grants?: Grant[] }): Promise<void> => {
  const data = { consumer, grants: [], ...more };
  expect((await vault.client(ADMIN).command('consumer.register', data, { commandId: randomUUID() })).ok).toBe(true);
};
const vaultQuery = async <Name extends VaultQueryName>(name: Name, data: VaultQueryInput<Name>): Promise<VaultQueryAnswer<Name>> => {
  const found = await vault.client(AUDITOR).query(name, data);
  if (!found.ok) throw new Error(found.refusal.code);
  return found.value.value as VaultQueryAnswer<Name>;
};
/** The newest event of the type, as it stands in the log. */
const newest = async (type: string) => {
  const event = (await vault.events()).findLast((recorded) => recorded.type === type);
  if (!event) throw new Error(`there is no ${type}`);
  return event;
};
const untilOfNewest = async (): Promise<number> => {
  const { until } = (await newest('subscriber.credentials-issued')).data as { until: string };
  return Date.parse(until);
};
const issues = async () => (await vault.events()).filter(({ type }) => type === 'subscriber.credentials-issued');

describe('an identity for an instance', () => {
  it('is allowed what was granted, and recorded before it is answered', async () => {
    const before = Date.now();
    const answer = await ask(PROGRAM);
    expect(answer).toMatchObject({ ok: true, value: { value: { patterns: ['system.postgres.*'] } } });
    const [event] = await issues();
    expect(event).toMatchObject({ stream: 'lease-orders.a', data: { consumer: 'orders', instance: 'a', publicKey: PUBLIC_KEY } });
    const until = await untilOfNewest();
    expect(until).toBeGreaterThan(before + 290_000);
    expect(until).toBeLessThan(Date.now() + 310_000);
  });

  it('is the same when the command is repeated, and recorded once', async () => {
    const commandId = randomUUID();
    const [first, again] = [await ask(PROGRAM, { commandId, instance: 'again' }), await ask(PROGRAM, { commandId, instance: 'again' })];
    expect(again).toEqual(first);
    expect((await issues()).filter(({ data }) => (data as { instance: string }).instance === 'again')).toHaveLength(1);
  });

  it.each([
    ['a consumer that nobody registered', { ...PROGRAM, roles: ['consumer:nobody'] }, { consumer: 'nobody' }, 'consumer-unknown'],
    ['another consumer than the role names', PROGRAM, { consumer: 'billing' }, 'not-allowed'],
    ['somebody without the role', STRANGER, {}, 'not-allowed'],
    ['an admin', ADMIN, {}, 'not-allowed'],
    ['an API token that does not exist', STRANGER, { proof: apiTokenProof(newApiToken()) }, 'api-token-invalid'],
    ['an API token, even with the role', PROGRAM, { proof: apiTokenProof(newApiToken()) }, 'api-token-invalid'],
    ['a token of a consumer that nobody registered', STRANGER, { consumer: 'no', proof: '0'.repeat(64) }, 'api-token-invalid'],
  ])('is not for %s', async (_who, actor, asking, code) => {
    const before = (await issues()).length;
    expect(await ask(actor, asking)).toMatchObject({ ok: false, refusal: { code } });
    expect(await issues()).toHaveLength(before);
    const refused = (await vault.events()).filter(({ type }) => type === 'access.refused');
    expect(refused.at(-1)?.data).toMatchObject({ refusalCode: code });
  });
});

describe('an API token', () => {
  it('opens its own consumer, until it is revoked', async () => {
    const { tokenId, proof } = await issueToken();
    expect(await ask(STRANGER, { proof, instance: 'by-token' })).toMatchObject({ ok: true });
    expect((await issues()).at(-1)?.data).toMatchObject({ instance: 'by-token', tokenId });
    const revoke = () => vault.client(ADMIN).command('consumer.revoke-token', { consumer: 'orders', tokenId }, { commandId: randomUUID() });
    expect([(await revoke()).ok, (await revoke()).ok]).toEqual([true, true]);
    expect(await ask(STRANGER, { proof })).toMatchObject({ ok: false, refusal: { code: 'api-token-invalid' } });
  });

  it('ends by itself, and nothing that it opened outlives it', async () => {
    const { proof } = await issueToken(2);
    const answer = await ask(STRANGER, { proof, instance: 'short' });
    expect(answer.ok && (await untilOfNewest())).toBeLessThanOrEqual(Date.now() + 2_000);
    const ended = async () => !(await ask(STRANGER, { proof })).ok;
    await expect.poll(ended, { timeout: 10_000 }).toBe(true);
  });

  it('is made once, however often the command is repeated, also when its verdict is no longer kept', async () => {
    const [commandId, tokenId, proof] = [randomUUID(), randomUUID(), apiTokenProof(newApiToken())];
    const issue = (id: string, proved: string) => {
      const data = { consumer: 'orders', tokenId, proof: proved, lifetimeSeconds: 60 };
      return vault.client(ADMIN).command('consumer.issue-token', data, { commandId: id });
    };
    const [first, again, forgotten] = [await issue(commandId, proof), await issue(commandId, proof), await issue(randomUUID(), proof)];
    expect(first).toMatchObject({ ok: true, value: { value: { tokenId } } });
    expect([again, forgotten]).toEqual([first, first]);
    expect(await issue(randomUUID(), '3'.repeat(64))).toMatchObject({ refusal: { code: 'command-reused' } });
    const made = (await vault.events()).filter(
      ({ type, data }) => type === 'consumer.token-issued' && JSON.stringify(data).includes(tokenId),
    );
    expect(made).toHaveLength(1);
  });

  it('is listed with its dates, and with nothing that it could be proved by', async () => {
    await grant(vault, 'listed', 'system.postgres.*');
    const issue = async (tokenId: string) => {
      const data = { consumer: 'listed', tokenId, proof: apiTokenProof(newApiToken()), lifetimeSeconds: 60 };
      await vault.client(ADMIN).command('consumer.issue-token', data, { commandId: randomUUID() });
    };
    const [kept, revoked] = [randomUUID(), randomUUID()];
    await issue(kept);
    await issue(revoked);
    await vault.client(ADMIN).command('consumer.revoke-token', { consumer: 'listed', tokenId: revoked }, { commandId: randomUUID() });
    const time = expect.stringMatching(/^2\d{3}-\d\d-\d\dT/);
    const listed = await vault.client(AUDITOR).query('consumer.tokens', { consumer: 'listed' });
    expect(listed.ok && listed.value.value).toEqual({
      items: [
        { tokenId: kept, createdAt: time, expiresAt: time, revokedAt: null, lastUsedAt: null },
        { tokenId: revoked, createdAt: time, expiresAt: time, revokedAt: time, lastUsedAt: null },
      ],
    });
    expect(await vault.client(AUDITOR).query('consumer.tokens', { consumer: 'nobody' })).toMatchObject({
      refusal: { code: 'consumer-not-registered' },
    });
  });

  it('is in the log as a hash that proves nothing', async () => {
    const { token, proof } = await issueToken();
    const log = JSON.stringify(await vault.events());
    expect(log).not.toContain(token.reveal());
    expect(log).not.toContain(proof);
    const { hash } = (await newest('consumer.token-issued')).data as { hash: string };
    expect(await ask(STRANGER, { proof: hash })).toMatchObject({ ok: false });
  });

  it('is made and revoked by an admin only, and for a consumer that there is', async () => {
    const data = { consumer: 'orders', tokenId: randomUUID(), proof: '1'.repeat(64), lifetimeSeconds: 60 };
    const issue = (actor: Actor, consumer = 'orders') =>
      vault.client(actor).command('consumer.issue-token', { ...data, consumer }, { commandId: randomUUID() });
    expect(await issue(AUDITOR)).toMatchObject({ refusal: { code: 'not-allowed' } });
    expect(await issue(PROGRAM)).toMatchObject({ refusal: { code: 'not-allowed' } });
    expect(await issue(ADMIN, 'nobody')).toMatchObject({ refusal: { code: 'consumer-not-registered' } });
    const unknown = { consumer: 'orders', tokenId: randomUUID() };
    const revoked = await vault.client(ADMIN).command('consumer.revoke-token', unknown, { commandId: randomUUID() });
    expect(revoked).toMatchObject({ refusal: { code: 'api-token-unknown' } });
    const nobodys = { consumer: 'nobody', tokenId: randomUUID() };
    const none = await vault.client(ADMIN).command('consumer.revoke-token', nobodys, { commandId: randomUUID() });
    expect(none).toMatchObject({ refusal: { code: 'consumer-not-registered' } });
  });

  it('that is tried again and again is recorded a few times, then counted', async () => {
    const refusals = async () => (await vault.events()).filter(({ type }) => type === 'access.refused').length;
    const before = await refusals();
    const actor = { ...STRANGER, ip: '192.0.2.99' };
    for (let tries = 0; tries < 12; tries += 1) await ask(actor, { consumer: `guess-${tries}`, proof: '2'.repeat(64) });
    expect((await refusals()) - before).toBe(5);
  });
});

describe('what is known of consumers', () => {
  it('is who they are, who answers for them, and how many tokens are good now', async () => {
    await register('billing', { owner: 'team-billing' });
    await register('billing', { grants: [{ action: 'ack', pattern: 'system.stripe.*' }] }); // the owner stays
    const { tokenId, proof } = await issueToken();
    const orders = { consumer: 'orders', owner: null, registeredAt: expect.any(String) };
    const billing = { consumer: 'billing', owner: 'team-billing', grants: [{ action: 'ack', pattern: 'system.stripe.*' }], liveTokens: 0 };
    const before = await vaultQuery('consumer.get', { consumer: 'orders' });
    const { items } = await vaultQuery('consumer.list', {});
    expect(items).toEqual(expect.arrayContaining([expect.objectContaining(billing), expect.objectContaining(orders)]));
    expect(items.map(({ consumer }) => consumer)).toEqual(items.map(({ consumer }) => consumer).toSorted());
    await vault.client(ADMIN).command('consumer.revoke-token', { consumer: 'orders', tokenId }, { commandId: randomUUID() });
    expect((await vaultQuery('consumer.get', { consumer: 'orders' })).liveTokens).toBe(before.liveTokens - 1);
    expect(await ask(STRANGER, { proof })).toMatchObject({ ok: false });
    await register('billing', { owner: null });
    expect(await vaultQuery('consumer.get', { consumer: 'billing' })).toMatchObject({ owner: null });
  });

  it('is when each token was last used, and a refused one was not', async () => {
    const [used, unused] = [await issueToken(), await issueToken()];
    await ask(STRANGER, { proof: used.proof, instance: 'last-1' });
    await ask(STRANGER, { proof: used.proof, instance: 'last-2' });
    const { recordedAt } = await newest('subscriber.credentials-issued');
    await ask(STRANGER, { proof: '0'.repeat(64) });
    const { items } = await vaultQuery('consumer.tokens', { consumer: 'orders' });
    const lastUseOf = (id: string) => items.find(({ tokenId }) => tokenId === id)?.lastUsedAt;
    expect([lastUseOf(used.tokenId), lastUseOf(unused.tokenId)]).toEqual([recordedAt, null]);
  });

  it('is from where an instance last got its identity, where it got one', async () => {
    const { credentialId } = await registerOrders(vault);
    for (const instance of ['seen', 'unseen']) expect(await testInstance(vault, 'orders', instance).fetch()).toMatchObject({ ok: true });
    await ask({ ...PROGRAM, ip: '192.0.2.50' }, { instance: 'seen' });
    await ask({ ...PROGRAM, ip: '192.0.2.51' }, { instance: 'seen' });
    const { recordedAt } = await newest('subscriber.credentials-issued');
    const { items } = await vaultQuery('credential.consumers', { credentialId });
    const fromOf = (name: string) => items.find(({ instance }) => instance === name)?.from;
    expect([fromOf('seen'), fromOf('unseen')]).toEqual([{ ip: '192.0.2.51', at: recordedAt }, null]);
  });
});
