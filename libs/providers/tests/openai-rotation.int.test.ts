import { Sensitive } from '@keyturn/kernel';
import { type OpenAiAccount, type OpenAiKey, openAiKeyIdOf, type Simulator, startOpenAi } from '@keyturn/provider-simulators';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEgressAllow, providerHttp } from '../src/http/index.ts';
import { openAiRotation } from '../src/openai/index.ts';
import { accepted, made, refusedBy } from './support/answers.ts';
import { repeatingSecrets } from './support/repeating-secrets.ts';

const ADMIN = 'sk-admin-0123456789abcdef0123456789';
const CURRENT = 'sk-proj-current-0123456789abcdef-AbCd';
const PROJECT = 'proj_shop';
const credentialId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
const fence = { credentialId, incarnation: 1, epoch: 3, version: 2 };
const HANDLE = `keyturn:${credentialId}:1.3:2`;
const HOME = `organization/projects/${PROJECT}/service_accounts`;
const CURRENT_PATH = `organization/projects/${PROJECT}/api_keys/${openAiKeyIdOf(CURRENT)}`;

let keys: Map<string, OpenAiKey>;
let accounts: Map<string, OpenAiAccount>;
let openAi: Simulator;

const allowed = parseEgressAllow('127.0.0.1');
if (!allowed.ok) throw new Error('the egress rules of this test are not rules');
const provider = (http = providerHttp({ rules: allowed.value })) =>
  openAiRotation({
    http,
    baseUrl: `${openAi.url}/v1`,
    now: () => new Date(),
    wait: async () => undefined,
  });
const admin = new Sensitive<Record<string, string>>({ adminKey: ADMIN });
const opened = (apiKey: string, more: object = {}) =>
  new Sensitive<Record<string, string>>({ provider: 'openai', projectId: PROJECT, apiKey, ...more });

beforeEach(async () => {
  await openAi?.close();
  keys = new Map<string, OpenAiKey>([
    [ADMIN, { models: [], isAdmin: true }],
    [CURRENT, { models: ['gpt-5'], projectId: PROJECT }],
    ['sk-proj-another-0123456789abcdef-WxYz', { models: ['gpt-5'], projectId: PROJECT }],
  ]);
  accounts = new Map();
  openAi = await startOpenAi(keys, { accounts });
});
afterAll(() => openAi.close());

const announce = async (known?: string) => accepted(await provider().announce({ issuer: admin, current: opened(CURRENT), fence, known }));
const issue = async (kept: readonly string[] | null = [CURRENT_PATH]) =>
  provider().issue({ issuer: admin, announced: await announce(), fence, kept: async () => kept });
const withHandle = (name: string, id: string) => accounts.set(id, { projectId: PROJECT, name, createdAt: 1 });

describe('what is issued at OpenAI', () => {
  it('is announced by our handle, and by which of the project’s keys the one of today is', async () => {
    expect(await announce()).toEqual({ current: CURRENT_PATH, candidate: `${HOME}?name=${HANDLE}` });
  });

  it('is the key of a new service account of the project, and works', async () => {
    const { secret, providerId } = made(accepted(await issue()));
    const { apiKey = '' } = secret.reveal();
    const { accountId = '' } = keys.get(apiKey) ?? {};
    expect(providerId).toBe(`${HOME}/${accountId}`);
    expect(accounts.get(accountId)).toMatchObject({ name: HANDLE, projectId: PROJECT });
    expect(await provider().test({ fields: opened(apiKey) })).toMatchObject({ verdict: 'valid', can: ['use 1 model'] });
    expect(await provider().isDead(opened(CURRENT))).toMatchObject({ state: 'alive' });
  });

  it('is found by its handle and made anew where the answer to the create was lost', async () => {
    openAi.fault({ kind: 'drop' }, { path: '/service_accounts', method: 'POST' });
    expect(refusedBy(await issue())).toMatchObject({ code: 'provider-unreachable' });
    const [[lost] = []] = accounts;
    const { providerId } = made(accepted(await issue()));
    expect([...accounts.keys()].map((id) => `${HOME}/${id}`)).toEqual([providerId]);
    expect(accounts.has(lost ?? '')).toBe(false);
  });

  it('leaves alone what the vault keeps, what others made, and everything once the step is over', async () => {
    withHandle(`keyturn:${credentialId}:1.2:1`, 'user-kept');
    withHandle(`keyturn:${credentialId}:1.1:1`, 'user-stray');
    withHandle(`keyturn:${credentialId}:2.1:1`, 'user-of-a-lost-log');
    withHandle('keyturn:another:1.1:1', 'user-other');
    withHandle('by hand', 'user-hand');
    expect(accepted(await issue(null))).toBeNull();
    expect(accounts.size).toBe(5);
    accepted(await issue([`${HOME}/user-kept`, CURRENT_PATH]));
    expect([...accounts.keys()].slice(0, -1)).toEqual(['user-kept', 'user-of-a-lost-log', 'user-other', 'user-hand']);
  });

  it('finds strays on every page of the list', async () => {
    for (let count = 0; count < 120; count += 1) withHandle('by hand', `user-${count}`);
    withHandle(`keyturn:${credentialId}:1.1:1`, 'user-stray');
    accepted(await issue());
    expect(accounts.has('user-stray')).toBe(false);
    expect(accounts.size).toBe(121);
  });
});

describe('an admin key that is looked at', () => {
  const inspect = (known?: string) => provider().inspectIssuer({ issuer: admin, current: opened(CURRENT), fence, known });

  it('lacks nothing that only reading shows where it sees the project’s accounts and the key of today; whether it may write is unseen', async () => {
    const seen = { lacks: [], unseen: expect.stringContaining('may write') };
    expect(accepted(await inspect())).toEqual(seen);
    expect(accepted(await inspect(CURRENT_PATH))).toEqual(seen);
    expect(openAi.accepted.every(({ call }) => call.startsWith('GET '))).toBe(true);
    expect(accounts.size).toBe(0);
  });
  it('is refused as a rotation would be: it is no admin key, isn’t taken, or has no such project', async () => {
    keys.set(ADMIN, { models: [] });
    expect(refusedBy(await inspect(CURRENT_PATH))).toMatchObject({ code: 'issuer-lacks-privilege' });
    keys.delete(ADMIN);
    expect(refusedBy(await inspect())).toMatchObject({ code: 'issuer-denied' });
    keys.set(ADMIN, { models: [], isAdmin: true });
    const other = provider().inspectIssuer({ issuer: admin, current: opened(CURRENT, { projectId: 'proj_other' }), fence });
    expect(refusedBy(await other)).toMatchObject({ code: 'provider-refused', sentence: expect.stringContaining('no project proj_other') });
  });
});

describe('the key of today', () => {
  it('is what the vault knows it by, where that was issued in the same project, whether it works or not', async () => {
    keys.delete(CURRENT);
    expect((await announce(`${HOME}/user-1`)).current).toBe(`${HOME}/user-1`);
    const elsewhere = await provider().announce({
      issuer: admin,
      current: opened(CURRENT, { projectId: 'proj_other' }),
      fence,
      known: `${HOME}/user-1`,
    });
    expect(refusedBy(elsewhere)).toMatchObject({ code: 'fields-invalid', field: 'projectId' });
  });

  it('must work and be of the project, or nobody may have another one made beside it', async () => {
    const asked = async (key: string, more: object = {}) =>
      refusedBy(await provider().announce({ issuer: admin, current: opened(key, more), fence }));
    expect(await asked('sk-proj-forged-0123456789abcdef-WxYz')).toMatchObject({
      code: 'provider-refused',
      sentence: expect.stringContaining('a working value'),
    });
    keys.set('sk-proj-narrow-0123456789abcdef-Nrrw', { models: [], projectId: PROJECT, mayListModels: false });
    expect(await asked('sk-proj-narrow-0123456789abcdef-Nrrw')).toMatchObject({
      sentence: expect.stringContaining('limited to some calls'),
    });
    keys.set('sk-proj-foreign-0123456789abcdef-Frgn', { models: [], projectId: 'proj_other' });
    expect(await asked('sk-proj-foreign-0123456789abcdef-Frgn')).toMatchObject({
      sentence: expect.stringContaining('shows no key like it'),
    });
    keys.set('sk-proj-twin-000000000000000000000-AbCd', { models: [], projectId: PROJECT });
    expect(await asked(CURRENT)).toMatchObject({ sentence: expect.stringContaining('shows 2 keys alike') });
    expect(await asked(CURRENT, { projectId: 'proj_none' })).toMatchObject({ sentence: expect.stringContaining('no project proj_none') });
    expect(accounts.size).toBe(0);
  });
});

describe('the end of a key', () => {
  it('comes at once, by its service account, which ends all its keys', async () => {
    const { secret, providerId } = made(accepted(await issue()));
    const { apiKey = '' } = secret.reveal();
    const ending = { issuer: admin, fence, providerId };
    accepted(await provider().denyUse(ending));
    expect(keys.has(apiKey)).toBe(false);
    accepted(await provider().denyUse(ending));
    accepted(await provider().erase({ ...ending, kept: async () => [CURRENT_PATH] }));
    expect(await provider().isDead(opened(apiKey))).toMatchObject({ state: 'dead' });
  });

  it('is that of the key alone where a person owns it', async () => {
    accepted(await provider().denyUse({ issuer: admin, fence, providerId: CURRENT_PATH }));
    expect([keys.has(CURRENT), keys.size]).toEqual([false, 2]);
    accepted(await provider().denyUse({ issuer: admin, fence, providerId: CURRENT_PATH }));
  });

  it.each(['by hand', 'keyturn:another:1.1:1'])('can’t be that of a key of somebody else’s service account, named %s', async (name) => {
    withHandle(name, 'user-foreign');
    keys.set(CURRENT, { models: [], projectId: PROJECT, accountId: 'user-foreign' });
    const no = { code: 'provider-refused', sentence: expect.stringContaining('only with its account') };
    expect(refusedBy(await provider().announce({ issuer: admin, current: opened(CURRENT), fence }))).toMatchObject(no);
    expect(refusedBy(await provider().identify({ issuer: admin, fields: opened(CURRENT), credentialId }))).toMatchObject(no);
    expect(refusedBy(await provider().denyUse({ issuer: admin, fence, providerId: CURRENT_PATH }))).toMatchObject({
      code: 'provider-refused',
      sentence: expect.stringContaining('HTTP 400'),
    });
    expect([keys.has(CURRENT), [...accounts.keys()]]).toEqual([true, ['user-foreign']]);
  });

  it('is found by the announced name where the value never came', async () => {
    withHandle(HANDLE, 'user-lost');
    withHandle('by hand', 'user-hand');
    accepted(await provider().erase({ issuer: admin, fence, providerId: `${HOME}?name=${HANDLE}` }));
    expect([...accounts.keys()]).toEqual(['user-hand']);
  });

  it('is that of what a rotation issued, too, where the credential is deleted', async () => {
    const { secret, providerId } = made(accepted(await issue()));
    expect(accepted(await provider().identify({ issuer: admin, fields: opened(secret.reveal()['apiKey'] ?? ''), credentialId }))).toBe(
      providerId,
    );
    expect(accepted(await provider().identify({ issuer: admin, fields: opened(CURRENT), credentialId }))).toBe(CURRENT_PATH);
  });

  it('is not claimed while the key isn’t let in from the worker’s address, whether it lives or not', async () => {
    keys.set(CURRENT, { models: [], projectId: PROJECT, isElsewhere: true });
    expect(await provider().isDead(opened(CURRENT))).toMatchObject({ state: 'unknown', sentence: expect.stringContaining('IP allowlist') });
  });

  it('is not claimed while OpenAI answers otherwise', async () => {
    openAi.fault({ kind: 'fail', status: 503 });
    expect(await provider().isDead(opened('sk-proj-gone-0123456789abcdef-Gone'))).toMatchObject({ state: 'unknown' });
  });
});

describe('its last use', () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const sample = async (providerId: string, since?: string) => accepted(await provider().sampleUse({ issuer: admin, providerId, since }));

  it('is that of a person’s key', async () => {
    keys.set(CURRENT, { models: [], projectId: PROJECT, lastUsedAt: 1_800_000_000 });
    expect(await sample(CURRENT_PATH)).toMatchObject({ sessions: 0, lastUsedAt: at(1_800_000_000), isGapless: true });
    expect(await sample(CURRENT_PATH, at(1_800_000_000))).toMatchObject({ sessions: 1 });
    expect(await sample(CURRENT_PATH, at(1_800_000_001))).toMatchObject({ sessions: 0 });
  });

  it('is the latest of all keys of a service account', async () => {
    withHandle(HANDLE, 'user-1');
    keys.set('sk-svcacct-one', { models: [], projectId: PROJECT, accountId: 'user-1', lastUsedAt: 1_800_000_000 });
    keys.set('sk-svcacct-two', { models: [], projectId: PROJECT, accountId: 'user-1', lastUsedAt: 1_800_000_500 });
    expect(await sample(`${HOME}/user-1`, at(1_800_000_400))).toMatchObject({ sessions: 1, lastUsedAt: at(1_800_000_500) });
  });

  it('is none of what is gone', async () => {
    expect(await sample(`${HOME}/user-gone`, at(1))).toMatchObject({ sessions: 0 });
    expect(await sample(`organization/projects/${PROJECT}/api_keys/key_gone`, at(1))).toMatchObject({ sessions: 0 });
  });
});

describe('a call as the issuer', () => {
  it('says what the admin key lacks, and never what OpenAI said', async () => {
    keys.set(ADMIN, { models: [], isAdmin: true, mayOnlyRead: true });
    expect(refusedBy(await issue())).toMatchObject({ code: 'issuer-lacks-privilege', sentence: expect.stringContaining('admin key') });
    const announced = await announce();
    keys.set(ADMIN, { models: [], isAdmin: true, isElsewhere: true });
    expect(refusedBy(await provider().issue({ issuer: admin, announced, fence, kept: async () => [] }))).toMatchObject({
      code: 'issuer-lacks-privilege',
      sentence: expect.stringContaining("(HTTP 401, ip_not_authorized): put the rotation worker's address on"),
    });
    keys.delete(ADMIN);
    const denied = refusedBy(await provider().issue({ issuer: admin, announced, fence, kept: async () => [] }));
    expect(denied).toMatchObject({ code: 'issuer-denied', sentence: expect.stringContaining('401, invalid_api_key') });
    expect(denied?.sentence).not.toContain('0123456789abcdef');
  });

  it('is made by an admin key only, for keys of OpenAI only', async () => {
    const no = refusedBy(await provider().announce({ issuer: opened(CURRENT), current: opened(CURRENT), fence }));
    expect(no).toMatchObject({ code: 'fields-invalid', field: 'adminKey' });
    const other = refusedBy(await provider().announce({ issuer: admin, current: opened(CURRENT, { provider: 'cohere' }), fence }));
    expect(other).toMatchObject({ code: 'fields-invalid', field: 'provider' });
  });
});

describe('an OpenAI that repeats secrets', () => {
  it.each(['id', 'name', 'redacted_value'])('as %s gets none of them into a sentence, or into what finds a value', async (field) => {
    const announced = await announce();
    const http = providerHttp({ rules: allowed.value });
    const lying = provider(repeatingSecrets(http, field));
    const onlyWhenMade = provider({ send: (asked) => (asked.method === 'POST' ? repeatingSecrets(http, field) : http).send(asked) });
    const [current, kept] = [opened(CURRENT), async () => [announced.current]];
    const said = JSON.stringify([
      await lying.test({ fields: current }),
      await lying.isDead(current),
      await lying.identify({ issuer: admin, fields: current, credentialId }),
      await lying.announce({ issuer: admin, current, fence }),
      await lying.inspectIssuer({ issuer: admin, current, fence }),
      await lying.sampleUse({ issuer: admin, providerId: announced.current, since: '2026-01-01T00:00:00Z' }),
      await lying.issue({ issuer: admin, announced, fence, kept }),
      await onlyWhenMade.issue({ issuer: admin, announced, fence, kept }),
      await lying.denyUse({ issuer: admin, fence, providerId: announced.current }),
    ]);
    expect(accounts.size).toBeGreaterThan(0);
    for (const secret of [ADMIN, CURRENT, ...keys.keys()]) expect(said).not.toContain(secret);
  });
});
