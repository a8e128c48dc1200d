import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
import { SAMPLE_CREDENTIAL, SAMPLE_REGISTERED } from '../samples/credential.ts';
import { SAMPLE_CREDENTIAL_ID, SAMPLE_KEY_ID } from '../samples/ids.ts';
import { SAMPLE_KEK_ID } from '../samples/key-ring.ts';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, json, testApp } from '../testing/test-app.ts';

// What takes several commands of the vault is done for one wish under one key, and says what is known where the vault goes away in between.

const AWAY = new ServiceUnavailable('vault') as never;
const ids = Array.from({ length: 17 }, (_, index) => `0198c2f4-7d1e-7c3a-9b52-${String(index).padStart(12, '0')}`);
const COMMITTED = ok({ ...SAMPLE_REGISTERED, credentialId: SAMPLE_KEY_ID, version: 4 });
const SHORT = {
  service: 'Cloudflare',
  credential_type: 'api_token',
  secret: 'cf-token-1234567890abcdefghijklmnop',
  metadata: { label: 'DNS' },
};
const THERE = ok({ ...SAMPLE_CREDENTIAL, address: 'system.cloudflare.api-token', credentialType: 'cloudflare_api_token' });

type Case = readonly [name: string, method: string, path: string, role: string, body: object, last: string, replies: object];
const REQUESTS: readonly Case[] = [
  [
    'many credentials',
    'POST',
    '/api/v1/admin/credentials/bulk',
    'admin',
    { action: 'tag', ids, tags: ['x'] },
    'credential.change-details',
    {},
  ],
  ['the key ring’s rotation', 'POST', '/api/v1/keyring/rotate', 'admin', { kekId: SAMPLE_KEK_ID }, 'key-ring.activate', {}],
  [
    'the change of a key',
    'PATCH',
    `/api/v1/byok/keys/openai?key_id=${SAMPLE_KEY_ID}`,
    'user',
    { enabled: true, label: 'Work' },
    'credential.change-details',
    {},
  ],
  [
    'a key’s new value',
    'POST',
    '/api/v1/byok/keys/add',
    'user',
    { provider: 'openai', api_key: 'sk-proj-0123456789abcdef', label: 'Work' },
    'credential.change-details',
    { 'credential.stage-value': COMMITTED },
  ],
  ['the short form', 'POST', '/api/v1/admin/credentials', 'admin', SHORT, 'credential.change-details', { 'credential.get': THERE }],
];

const send = async ([, method, path, role, body]: Case, replies: object, headers: Record<string, string> = {}) => {
  const vault = memoryVault(replies as never);
  const sent = json(body);
  const init = { method, ...sent, headers: { ...sent.headers, ...bearer(role), ...headers } };
  const response = await testApp({ vault }).app.request(path, init);
  const commands = vault.calls.flatMap(({ name, message }) => ('commandId' in (message as object) ? [{ name, message }] : []));
  return { response, commands };
};

describe.each(REQUESTS)('%s', (...request) => {
  const replies = request[6];
  it('is begun under its key, and with another wish under that key does nothing', async () => {
    const key = { 'idempotency-key': 'a-key' };
    const { commands } = await send(request, replies, key);
    expect(commands[0]?.name).toBe('request.begin');
    expect(JSON.stringify(commands[0])).not.toMatch(/cf-token|sk-proj/u);
    const { response, commands: none } = await send(request, { ...replies, 'request.begin': refuse({ code: 'command-reused' }) }, key);
    expect([response.status, await response.json()]).toEqual([409, expect.objectContaining({ code: 'command-reused' })]);
    expect(none.map((each) => each.name)).toEqual(['request.begin']);
  });
  it('asks nothing of the kind without a key', async () => {
    const { commands } = await send(request, replies);
    expect(commands.map((each) => each.name)).not.toContain('request.begin');
  });
});

it.each(REQUESTS.slice(1))('%s says that it is unknown what was done where the vault goes away at a later step', async (...request) => {
  const [, , , , , last, replies] = request;
  const { response } = await send(request, { ...replies, [last]: AWAY });
  expect([response.status, await response.json()]).toEqual([504, expect.objectContaining({ code: 'outcome-unknown' })]);
});

describe('many credentials at once', () => {
  const tag = async (isAway: (credentialId: string) => boolean) => {
    const vault = memoryVault();
    const command: typeof vault.command = async (name, { data }) => {
      if (isAway((data as { credentialId: string }).credentialId)) throw new ServiceUnavailable('vault');
      return ok({ name });
    };
    const sent = json({ action: 'tag', ids, tags: ['x'] });
    const init = { method: 'POST', ...sent, headers: { ...sent.headers, ...bearer('admin') } };
    const response = await testApp({ vault: { ...vault, command } }).app.request('/api/v1/admin/credentials/bulk', init);
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  it('say that nothing was done only where that is so', async () => {
    expect(await tag(() => true)).toEqual([503, 'vault-unavailable']);
    expect(await tag((id) => id === ids[0])).toEqual([504, 'outcome-unknown']);
    expect(await tag((id) => id === ids[16])).toEqual([504, 'outcome-unknown']);
    expect(await tag(() => false)).toEqual([200, undefined]);
  });
});

describe('a key’s new value', () => {
  it.each([
    ['is named anew once it is proved', 'committed', ['credential.stage-value', 'credential.change-details']],
    ['keeps its name while it is tested', 'testing', ['credential.stage-value']],
  ])('%s', async (_what, status, sent) => {
    const staged = ok({ ...SAMPLE_REGISTERED, credentialId: SAMPLE_KEY_ID, version: 4, status });
    const change = ok({ status: 'testing', version: 4, generation: 3, failure: null });
    const { commands } = await send(REQUESTS[3]!, { 'credential.stage-value': staged, 'credential.change': change });
    expect(commands.map(({ name }) => name)).toEqual(sent);
  });
});

it('an answer of one credential’s change says that the outcome is unknown where it can’t be read afterwards', async () => {
  const path = `/api/v1/admin/credentials/${SAMPLE_CREDENTIAL_ID}`;
  const request: Case = ['', 'PATCH', path, 'admin', { notes: 'seen' }, '', {}];
  const { response } = await send(request, { 'credential.get': AWAY }, { 'if-match': '"1.9"' });
  expect(response.status).toBe(504);
});
