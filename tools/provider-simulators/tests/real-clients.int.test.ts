import Cloudflare from 'cloudflare';
import OpenAI from 'openai';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf, type OpenAiKey, openAiKeyIdOf, type Simulator, startCloudflare, startOpenAi, startStripe } from '../src/index.ts';

// The providers' own clients are the check on the simulators: what they can't read, ours must not rely on.

const TOKEN = 'cf-user-token-0123456789abcdef0123456789';
const MANAGER = 'cf-manager-token-0123456789abcdef012345678';
const OF_ACCOUNT = 'cf-account-token-0123456789abcdef01234567';
const ACCOUNT = '0123456789abcdef0123456789abcdef';

describe('the client of Cloudflare', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    const zones = ['a.example', 'b.example', 'c.example'];
    simulator = await startCloudflare(
      new Map([
        [TOKEN, { status: 'active', zones }],
        [MANAGER, { status: 'active', zones: [], mayManageTokens: true }],
        [OF_ACCOUNT, { status: 'active', zones, accountId: ACCOUNT }],
      ]),
    );
  });
  afterAll(() => simulator.close());
  const as = (apiToken: string) => new Cloudflare({ apiToken, baseURL: simulator.url, maxRetries: 0 });

  it('verifies tokens of users and of accounts, and pages through zones', async () => {
    expect(await as(TOKEN).user.tokens.verify()).toMatchObject({ status: 'active' });
    expect(await as(OF_ACCOUNT).accounts.tokens.verify({ account_id: ACCOUNT })).toMatchObject({ status: 'active' });
    const names: string[] = [];
    for await (const zone of as(TOKEN).zones.list({ per_page: 2 })) names.push(zone.name);
    expect(names).toEqual(['a.example', 'b.example', 'c.example']);
    expect(simulator.accepted[0]).toMatchObject({ secretHash: hashOf(TOKEN), call: 'GET /user/tokens/verify' });
  });

  const policies = [
    { effect: 'allow' as const, permission_groups: [{ id: 'zone-read' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } },
  ];

  it('creates, lists, reads, disables and deletes tokens of users', async () => {
    const { user } = as(MANAGER);
    const made = await user.tokens.create({ name: 'keyturn:1:1.1:2', policies });
    expect(await as(made.value ?? '').user.tokens.verify()).toMatchObject({ id: made.id, status: 'active' });
    const names: (string | undefined)[] = [];
    for await (const { name } of user.tokens.list({ per_page: 1 })) names.push(name);
    expect(names).toContain('keyturn:1:1.1:2');
    expect(await user.tokens.get(made.id ?? '')).toMatchObject({ status: 'active', last_used_on: expect.stringMatching(/Z$/u) });
    await user.tokens.update(made.id ?? '', { name: 'keyturn:1:1.1:2', policies, status: 'disabled' });
    expect(await user.tokens.get(made.id ?? '')).toMatchObject({ status: 'disabled' });
    await user.tokens.delete(made.id ?? '');
    await expect(user.tokens.get(made.id ?? '')).rejects.toThrow(Cloudflare.NotFoundError);
    await expect(as(TOKEN).user.tokens.create({ name: 'x', policies })).rejects.toThrow(Cloudflare.PermissionDeniedError);
    await expect(user.tokens.create({ name: 'x', policies: [] })).rejects.toThrow(Cloudflare.BadRequestError);
  });

  it('creates, lists, reads, disables and deletes tokens of accounts', async () => {
    const { tokens } = as(MANAGER).accounts;
    const account = { account_id: ACCOUNT };
    const made = await tokens.create({ ...account, name: 'keyturn:2:1.1:2', policies });
    const id = made.id ?? '';
    expect(await as(made.value ?? '').accounts.tokens.verify(account)).toMatchObject({ id, status: 'active' });
    const names: (string | undefined)[] = [];
    for await (const { name } of tokens.list({ ...account, per_page: 1 })) names.push(name);
    expect(names).toEqual(['made by hand', 'keyturn:2:1.1:2']);
    expect(await tokens.get(id, account)).toMatchObject({ id, status: 'active', last_used_on: expect.stringMatching(/Z$/u) });
    await tokens.update(id, { ...account, name: 'keyturn:2:1.1:2', policies, status: 'disabled' });
    expect(await tokens.get(id, account)).toMatchObject({ status: 'disabled' });
    await tokens.delete(id, account);
    await expect(tokens.get(id, account)).rejects.toThrow(Cloudflare.NotFoundError);
  });

  it('rolls tokens of users and of accounts, which ends the old value at once', async () => {
    const { user, accounts } = as(MANAGER);
    const made = await user.tokens.create({ name: 'by hand', policies });
    const rolled = await user.tokens.value.update(made.id ?? '');
    await expect(as(made.value ?? '').user.tokens.verify()).rejects.toThrow(Cloudflare.AuthenticationError);
    expect(await as(rolled).user.tokens.verify()).toMatchObject({ id: made.id, status: 'active' });
    expect(await user.tokens.get(made.id ?? '')).toMatchObject({ name: 'by hand' });
    const account = { account_id: ACCOUNT };
    const ofAccount = await accounts.tokens.create({ ...account, name: 'by hand', policies });
    const another = await accounts.tokens.value.update(ofAccount.id ?? '', account);
    await expect(as(ofAccount.value ?? '').accounts.tokens.verify(account)).rejects.toThrow(Cloudflare.AuthenticationError);
    expect(await as(another).accounts.tokens.verify(account)).toMatchObject({ id: ofAccount.id, status: 'active' });
    await expect(as(TOKEN).user.tokens.value.update(made.id ?? '')).rejects.toThrow(Cloudflare.PermissionDeniedError);
    expect(simulator.accepted.filter(({ call }) => call.endsWith('/value'))).toHaveLength(2);
  });

  it('reads its refusals and its faults', async () => {
    await expect(as(OF_ACCOUNT).user.tokens.verify()).rejects.toThrow(Cloudflare.AuthenticationError);
    await expect(as('short').user.tokens.verify()).rejects.toThrow(Cloudflare.BadRequestError);
    simulator.fault({ kind: 'rate-limit', retryAfterSeconds: 3 });
    await expect(as(TOKEN).user.tokens.verify()).rejects.toThrow(Cloudflare.RateLimitError);
    simulator.fault({ kind: 'drop' });
    await expect(as(TOKEN).user.tokens.verify()).rejects.toThrow(Cloudflare.APIConnectionError);
    expect(simulator.accepted.at(-1)).toMatchObject({ secretHash: hashOf(TOKEN), call: 'GET /user/tokens/verify' });
  });
});

describe('the client of Stripe', () => {
  const KEY = 'sk_test_0123456789abcdefghijklmn';
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startStripe(
      new Map([
        [KEY, {}],
        ['sk_test_expired0123456789', { isExpired: true }],
        ['rk_test_narrow0123456789', { mayReadBalance: false }],
      ]),
    );
  });
  afterAll(() => simulator.close());
  const as = (key: string) => {
    const { hostname, port } = new URL(simulator.url);
    return new Stripe(key, { host: hostname, port: Number(port), protocol: 'http', maxNetworkRetries: 0 });
  };

  it('reads the balance, and each refusal', async () => {
    expect(await as(KEY).balance.retrieve()).toMatchObject({ object: 'balance', livemode: false });
    expect(simulator.accepted).toMatchObject([{ secretHash: hashOf(KEY) }]);
    await expect(as('sk_test_unknown012345').balance.retrieve()).rejects.toMatchObject({
      statusCode: 401,
      type: 'StripeAuthenticationError',
    });
    await expect(as('sk_test_expired0123456789').balance.retrieve()).rejects.toMatchObject({ code: 'api_key_expired' });
    await expect(as('rk_test_narrow0123456789').balance.retrieve()).rejects.toMatchObject({ type: 'StripePermissionError' });
  });
});

describe('the client of OpenAI', () => {
  const KEY = 'sk-0123456789abcdefghijklmnopqrstuvwxyz';
  const ADMIN = 'sk-admin-0123456789abcdefghijklmnopqrst';
  const PROJECT = 'proj_shop';
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startOpenAi(
      new Map<string, OpenAiKey>([
        [KEY, { models: ['gpt-4o', 'o3'], projectId: PROJECT }],
        ['sk-narrow', { models: [], mayListModels: false }],
        ['sk-elsewhere', { models: ['o3'], isElsewhere: true }],
        [ADMIN, { models: [], isAdmin: true }],
        ['sk-admin-reads', { models: [], isAdmin: true, mayOnlyRead: true }],
      ]),
    );
  });
  afterAll(() => simulator.close());
  const as = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${simulator.url}/v1`, maxRetries: 0 });
  const asAdmin = (adminAPIKey: string) => new OpenAI({ adminAPIKey, baseURL: `${simulator.url}/v1`, maxRetries: 0 });

  it('lists models, and reads each refusal', async () => {
    expect((await as(KEY).models.list()).data.map(({ id }) => id)).toEqual(['gpt-4o', 'o3']);
    await expect(as('sk-wrong').models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    await expect(as('sk-narrow').models.list()).rejects.toThrow(OpenAI.PermissionDeniedError);
    await expect(as('sk-elsewhere').models.list()).rejects.toMatchObject({ status: 401, code: 'ip_not_authorized' });
    simulator.fault({ kind: 'fail', status: 503 });
    await expect(as(KEY).models.list()).rejects.toThrow(OpenAI.InternalServerError);
  });

  it('creates, lists, reads and deletes service accounts of a project, whose keys work until then', async () => {
    const { serviceAccounts, apiKeys } = asAdmin(ADMIN).admin.organization.projects;
    const made = await serviceAccounts.create(PROJECT, { name: 'keyturn:1:1.1:2' });
    const value = made.api_key?.value ?? '';
    expect((await as(value).models.list()).data.map(({ id }) => id)).toEqual(['gpt-4o', 'o3']);
    await serviceAccounts.create(PROJECT, { name: 'another' });
    const names: string[] = [];
    for await (const { name } of serviceAccounts.list(PROJECT, { limit: 1 })) names.push(name);
    expect(names).toEqual(['keyturn:1:1.1:2', 'another']);
    expect(await serviceAccounts.retrieve(made.id, { project_id: PROJECT })).toMatchObject({ name: 'keyturn:1:1.1:2', role: 'member' });
    const key = await apiKeys.retrieve(made.api_key?.id ?? '', { project_id: PROJECT });
    expect(key).toMatchObject({ last_used_at: expect.any(Number), owner: { type: 'service_account', service_account: { id: made.id } } });
    const owners: (string | undefined)[] = [];
    for await (const { owner } of apiKeys.list(PROJECT, { limit: 2, owner_project_access: 'any' })) owners.push(owner.type);
    expect(owners).toEqual(['user', 'service_account', 'service_account']);
    expect(await serviceAccounts.delete(made.id, { project_id: PROJECT })).toMatchObject({ deleted: true });
    await expect(as(value).models.list()).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(serviceAccounts.retrieve(made.id, { project_id: PROJECT })).rejects.toThrow(OpenAI.NotFoundError);
  });

  it('deletes one key of a project, and lists admin keys', async () => {
    const { projects, adminAPIKeys } = asAdmin(ADMIN).admin.organization;
    const [listed] = (await adminAPIKeys.list({ limit: 1 })).data;
    expect(listed).toMatchObject({ object: 'organization.admin_api_key', redacted_value: 'sk-admin...qrst' });
    const id = openAiKeyIdOf(KEY);
    expect(await projects.apiKeys.delete(id, { project_id: PROJECT })).toMatchObject({ id, deleted: true });
    await expect(as(KEY).models.list()).rejects.toThrow(OpenAI.AuthenticationError);
  });

  it('reads what an admin key may not, and what another key may not', async () => {
    const create = (key: string) => asAdmin(key).admin.organization.projects.serviceAccounts.create(PROJECT, { name: 'x' });
    await expect(create('sk-admin-reads')).rejects.toThrow(OpenAI.PermissionDeniedError);
    await expect(create('sk-narrow')).rejects.toThrow(OpenAI.PermissionDeniedError);
    await expect(create('sk-admin-unknown')).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(as(ADMIN).models.list()).rejects.toThrow(OpenAI.PermissionDeniedError);
  });
});
