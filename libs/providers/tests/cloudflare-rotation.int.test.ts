import { Sensitive } from '@keyturn/kernel';
import { cloudflareIdOf, type CloudflareToken, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cloudflareRotation } from '../src/cloudflare/index.ts';
import { parseEgressAllow, providerHttp } from '../src/http/index.ts';
import { accepted, made, refusedBy } from './support/answers.ts';
import { repeatingSecrets } from './support/repeating-secrets.ts';

const ISSUER = 'issuer-token-0123456789abcdef0123456789';
const CURRENT = 'current-token-0123456789abcdef012345678';
const ACCOUNT = '0123456789abcdef0123456789abcdef';
const credentialId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
const fence = { credentialId, incarnation: 1, epoch: 3, version: 2 };
const HANDLE = `keyturn:${credentialId}:1.3:2`;
const POLICIES = [
  { effect: 'allow', permission_groups: [{ id: 'zone-read', name: 'Zone Read' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } },
];
const AS_SENT = [{ effect: 'allow', permission_groups: [{ id: 'zone-read' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];

let tokens: Map<string, CloudflareToken>;
let cloudflare: Simulator;
const waits: number[] = [];
const NOW = new Date('2026-03-01T00:00:00Z');

const allowed = parseEgressAllow('127.0.0.1');
if (!allowed.ok) throw new Error('the egress rules of this test are not rules');
const provider = (http = providerHttp({ rules: allowed.value })) =>
  cloudflareRotation({
    http,
    baseUrl: cloudflare.url,
    now: () => NOW,
    wait: async (ms) => void waits.push(ms),
  });
const opened = (token: string, more: object = {}) => new Sensitive<Record<string, string>>({ token, ...more });

beforeEach(async () => {
  await cloudflare?.close();
  waits.length = 0;
  tokens = new Map<string, CloudflareToken>([
    [ISSUER, { status: 'active', zones: [], mayManageTokens: true }],
    [
      CURRENT,
      { status: 'active', zones: ['a.example'], policies: POLICIES, issuedOn: '2026-01-01T00:00:00Z', expiresOn: '2026-01-31T00:00:00Z' },
    ],
  ]);
  cloudflare = await startCloudflare(tokens);
});
afterAll(() => cloudflare.close());

const announce = async (more: object = {}) =>
  accepted(await provider().announce({ issuer: opened(ISSUER), current: opened(CURRENT, more), fence }));
const issue = async (kept: readonly string[] | null = [`user/tokens/${cloudflareIdOf(CURRENT)}`]) =>
  provider().issue({ issuer: opened(ISSUER), announced: await announce(), fence, kept: async () => kept });
const named = (name: string) => [...tokens.values()].filter((token) => token.name === name);

describe('what is issued at Cloudflare', () => {
  it('is announced by our handle and by what the token of today is known by', async () => {
    expect(await announce()).toEqual({
      current: `user/tokens/${cloudflareIdOf(CURRENT)}`,
      candidate: `user/tokens?name=${HANDLE}`,
    });
  });

  it('may do what the token of today may, for as long as that was made for, and works', async () => {
    const { secret, providerId, expiresAt } = made(accepted(await issue()));
    const { token = '' } = secret.reveal();
    expect(expiresAt).toBe('2026-03-31T00:00:00Z');
    expect(providerId).toBe(`user/tokens/${cloudflareIdOf(token)}`);
    expect(tokens.get(token)).toMatchObject({ name: HANDLE, status: 'active', policies: AS_SENT, expiresOn: '2026-03-31T00:00:00Z' });
    expect(await provider().test({ fields: secret })).toMatchObject({ verdict: 'valid', can: ['see 1 zone'] });
    expect(tokens.has(CURRENT)).toBe(true);
  });

  it('is found by its handle and made anew where the answer to the create was lost', async () => {
    cloudflare.fault({ kind: 'drop' }, { path: '/user/tokens', method: 'POST' });
    expect(refusedBy(await issue())).toMatchObject({ code: 'provider-unreachable' });
    const [lost] = named(HANDLE);
    expect(lost).toBeDefined();
    const { secret } = made(accepted(await issue()));
    expect(named(HANDLE)).toEqual([tokens.get(secret.reveal()['token'] ?? '')]);
  });

  it('leaves alone what the vault keeps, what others made, and everything once the step is over', async () => {
    const ofPolicies = { status: 'active', zones: [], policies: POLICIES } as const;
    tokens.set('kept-token-0123456789abcdef0123456789', { ...ofPolicies, name: `keyturn:${credentialId}:1.2:1` });
    tokens.set('stray-token-0123456789abcdef012345678', { ...ofPolicies, name: `keyturn:${credentialId}:1.1:1` });
    tokens.set('other-token-0123456789abcdef012345678', { ...ofPolicies, name: 'keyturn:another:1.1:1' });
    tokens.set('lost-log-token-0123456789abcdef012345', { ...ofPolicies, name: `keyturn:${credentialId}:2.1:1` });
    const before = tokens.size;
    expect(accepted(await issue(null))).toBeNull();
    expect(tokens.size).toBe(before);
    accepted(await issue([`user/tokens/${cloudflareIdOf('kept-token-0123456789abcdef0123456789')}`]));
    const left = [...tokens.keys()].filter((token) => /^[a-z-]+-token-/u.test(token)).map((token) => token.split('-token-')[0]);
    expect(left).toEqual(['issuer', 'current', 'kept', 'other', 'lost-log']);
  });

  it('belongs to the account where the token of today does', async () => {
    tokens.set(CURRENT, { status: 'active', zones: [], policies: POLICIES, accountId: ACCOUNT });
    const announced = await announce({ accountId: ACCOUNT });
    expect(announced.candidate).toBe(`accounts/${ACCOUNT}/tokens?name=${HANDLE}`);
    const ofAccount = made(
      accepted(await provider().issue({ issuer: opened(ISSUER), announced, fence, kept: async () => [announced.current] })),
    );
    expect(tokens.get(ofAccount.secret.reveal()['token'] ?? '')).toMatchObject({ accountId: ACCOUNT, name: HANDLE });
    accepted(await provider().erase({ issuer: opened(ISSUER), fence, providerId: announced.current }));
    expect(tokens.has(CURRENT)).toBe(false);
  });
});

describe('an issuer that is looked at', () => {
  const inspect = (current: object = {}) => provider().inspectIssuer({ issuer: opened(ISSUER), current: opened(CURRENT, current), fence });
  const methods = () => [...new Set(cloudflare.accepted.map(({ call }) => call.split(' ')[0]))];

  it('lacks nothing where it may create tokens, and nothing was changed to see that', async () => {
    expect(accepted(await inspect())).toEqual({ lacks: [] });
    expect(methods()).toEqual(['GET']);
  });
  it('lacks what creates them where it only reads, by the name that Cloudflare has for that', async () => {
    tokens.set(ISSUER, { status: 'active', zones: [], mayReadTokens: true });
    const permission = expect.stringContaining('"API Tokens Write"');
    expect(accepted(await inspect())).toEqual({ lacks: [{ code: 'issuer-lacks-privilege', needed: 'rotation', sentence: permission }] });
    tokens.set(CURRENT, { status: 'active', zones: [], policies: POLICIES, accountId: ACCOUNT });
    tokens.set(ISSUER, { status: 'active', zones: [], mayReadTokens: true, accountId: ACCOUNT });
    const ofAccount = provider().inspectIssuer({
      issuer: opened(ISSUER, { accountId: ACCOUNT }),
      current: opened(CURRENT, { accountId: ACCOUNT }),
      fence,
    });
    expect(accepted(await ofAccount)).toMatchObject({ lacks: [{ sentence: expect.stringContaining('"Account API Tokens Write"') }] });
  });
  it('lacks nothing that is shown where its own permissions say nothing of the account’s tokens, and that is said', async () => {
    tokens.set(CURRENT, { status: 'active', zones: [], policies: POLICIES, accountId: ACCOUNT });
    const unseen = expect.stringContaining('doesn\'t show whether its token has the permission "Account API Tokens Write"');
    expect(accepted(await inspect({ accountId: ACCOUNT }))).toEqual({ lacks: [], unseen });
  });
  it('is refused as a rotation would be: it may not read tokens, isn’t taken, or is of another user', async () => {
    tokens.set(ISSUER, { status: 'active', zones: [] });
    expect(refusedBy(await inspect())).toMatchObject({ code: 'issuer-lacks-privilege' });
    tokens.delete(ISSUER);
    expect(refusedBy(await inspect())).toMatchObject({ code: 'issuer-denied' });
    expect(refusedBy(await inspect({ apiBaseUrl: 'https://elsewhere.example' }))).toMatchObject({ code: 'fields-invalid' });
    tokens.set(ISSUER, { status: 'active', zones: [], mayManageTokens: true });
    tokens.delete(CURRENT);
    expect(refusedBy(await inspect())).toMatchObject({
      code: 'provider-refused',
      sentence: expect.stringContaining('a working value first'),
    });
    expect(methods()).toEqual(['GET']);
  });
});

describe('the end of a token', () => {
  const current = () => ({ issuer: opened(ISSUER), fence, providerId: `user/tokens/${cloudflareIdOf(CURRENT)}` });

  it('is first disabled, which a person can undo, then deleted, and dead then', async () => {
    accepted(await provider().denyUse(current()));
    expect(tokens.get(CURRENT)).toMatchObject({ status: 'disabled', expiresOn: '2026-01-31T00:00:00Z', policies: AS_SENT });
    expect(await provider().isDead(opened(CURRENT))).toMatchObject({ state: 'unknown' });
    accepted(await provider().denyUse(current()));
    accepted(await provider().erase({ ...current(), kept: async () => [] }));
    accepted(await provider().erase({ ...current(), kept: async () => [] }));
    expect(await provider().isDead(opened(CURRENT))).toMatchObject({ state: 'dead' });
    expect(cloudflare.accepted.filter(({ call }) => call.endsWith('/value'))).toEqual([]); // never rolled
  });

  it('is not taken for done where Cloudflare says a state of its own', async () => {
    tokens.set(CURRENT, { status: 'on hold' as 'active', zones: [], policies: POLICIES });
    expect(await provider().isDead(opened(CURRENT))).toEqual({
      state: 'unknown',
      sentence: 'Cloudflare still knows the token, in a state that Keyturn doesn’t know.',
    });
    accepted(await provider().denyUse(current()));
    expect(tokens.get(CURRENT)).toMatchObject({ status: 'disabled' });
  });

  it('is not claimed while Cloudflare answers otherwise', async () => {
    cloudflare.fault({ kind: 'fail', status: 503 });
    expect(await provider().isDead(opened('gone-token-0123456789abcdef0123456789'))).toMatchObject({ state: 'unknown' });
    expect(await provider().isDead(opened(CURRENT))).toMatchObject({ state: 'alive' });
  });

  it('waits for its last use, by Cloudflare’s own clock', async () => {
    const sample = async (since?: string) => accepted(await provider().sampleUse({ ...current(), since }));
    const first = await sample();
    expect(first).toMatchObject({ sessions: 0 });
    expect(await sample(first.sampledAt)).toMatchObject({ sessions: 0 });
    await provider().test({ fields: opened(CURRENT) });
    const used = await sample(first.sampledAt);
    expect(used).toMatchObject({ sessions: 1, lastUsedAt: expect.stringMatching(/^20/u) });
    expect(await sample(new Date(Date.parse(used.lastUsedAt ?? '') + 1_000).toISOString())).toMatchObject({ sessions: 0 });
  });

  it('is seen though Cloudflare tells of it late: it breaks the row that had begun before', async () => {
    const began = new Date(Date.now() - 60_000).toISOString();
    const late = new Date(Date.now() - 30_000).toISOString();
    tokens.set(CURRENT, { ...tokens.get(CURRENT)!, lastUsedOn: late });
    expect(accepted(await provider().sampleUse({ ...current(), since: began }))).toMatchObject({ sessions: 1, lastUsedAt: late });
    expect(accepted(await provider().sampleUse({ ...current(), since: new Date().toISOString() }))).toMatchObject({ sessions: 0 });
  });
});

describe('a call as the issuer', () => {
  it('is made again when Cloudflare says so, if that is soon, and refused with a sentence otherwise', async () => {
    cloudflare.fault({ kind: 'rate-limit', retryAfterSeconds: 2 }, { path: '/user/tokens', method: 'POST' });
    accepted(await issue());
    expect(waits).toEqual([2_000]);
    cloudflare.fault({ kind: 'rate-limit', retryAfterSeconds: 300 }, { path: '/user/tokens', method: 'POST' });
    expect(refusedBy(await issue())).toMatchObject({ code: 'provider-unreachable', sentence: expect.stringContaining('in 300 s') });
    expect(waits).toEqual([2_000]);
  });

  it('says what the issuer lacks, and never what Cloudflare said', async () => {
    tokens.set(ISSUER, { status: 'active', zones: [] });
    const lacking = refusedBy(await issue());
    expect(lacking).toMatchObject({ code: 'issuer-lacks-privilege', sentence: expect.stringContaining('"API Tokens Write"') });
    tokens.delete(ISSUER);
    expect(refusedBy(await issue())).toMatchObject({ code: 'issuer-denied' });
  });

  it('goes nowhere else than the token of today', async () => {
    const elsewhere = opened(ISSUER, { apiBaseUrl: 'http://127.0.0.1:9' });
    const refusal = refusedBy(await provider().announce({ issuer: elsewhere, current: opened(CURRENT), fence }));
    expect(refusal).toMatchObject({ code: 'fields-invalid', field: 'apiBaseUrl' });
    expect(cloudflare.accepted).toEqual([]);
  });

  it('isn’t made for a token that Cloudflare doesn’t know: what it may do can’t be copied', async () => {
    const unknown = opened('gone-token-0123456789abcdef0123456789');
    expect(refusedBy(await provider().announce({ issuer: opened(ISSUER), current: unknown, fence }))).toMatchObject({
      code: 'provider-refused',
    });
  });
});

describe('a Cloudflare that repeats secrets', () => {
  const http = providerHttp({ rules: allowed.value });

  it.each(['id', 'status', 'name', 'expires_on', 'last_used_on'])(
    'as %s gets none of them into a sentence, or into what finds a value',
    async (field) => {
      await provider().test({ fields: opened(CURRENT) });
      const announced = await announce();
      const lying = provider(repeatingSecrets(http, field));
      const [issuer, current, kept] = [opened(ISSUER), opened(CURRENT), async () => []];
      const providerId = announced.current;
      const said = JSON.stringify([
        await lying.test({ fields: current }),
        await lying.isDead(current),
        await lying.identify({ issuer, fields: current, credentialId }),
        await lying.announce({ issuer, current, fence }),
        await lying.inspectIssuer({ issuer, current, fence }),
        await lying.sampleUse({ issuer, providerId, since: '2026-01-01T00:00:00Z' }),
        await lying.issue({ issuer, announced, fence, kept }),
        await lying.denyUse({ issuer, fence, providerId }),
        await lying.erase({ issuer, fence, providerId, kept }),
      ]);
      for (const secret of [ISSUER, CURRENT, ...tokens.keys()]) expect(said).not.toContain(secret);
    },
  );

  const issueRepeating = async (field: string) => {
    const announced = await announce();
    const lying = repeatingSecrets(http, field);
    const onlyWhenMade = provider({ send: (asked) => (asked.method === 'POST' ? lying : http).send(asked) });
    const issued = await onlyWhenMade.issue({ issuer: opened(ISSUER), announced, fence, kept: async () => [announced.current] });
    for (const secret of tokens.keys()) expect(JSON.stringify(issued)).not.toContain(secret);
    return issued;
  };

  it('as id of what it makes gets none into what the vault is told', async () =>
    expect(refusedBy(await issueRepeating('id'))).toMatchObject({
      code: 'provider-unreachable',
      sentence: expect.stringContaining('create a token'),
    }));
  it('as expires_on of what it makes gets none there either, and what was made is told with the end that was asked for', async () => {
    const { secret, expiresAt } = made(accepted(await issueRepeating('expires_on')));
    expect(tokens.get(secret.reveal()['token'] ?? '')).toMatchObject({ name: HANDLE });
    expect(expiresAt).toBe('2026-03-31T00:00:00Z');
  });
});
