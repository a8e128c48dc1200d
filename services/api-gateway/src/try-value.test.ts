import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { SAMPLE_REGISTERED } from './samples/credential.ts';
import { SAMPLE_TEST } from './samples/lifecycle.ts';
import { memoryVault } from './testing/memory-services.ts';
import { bearer, json, testApp } from './testing/test-app.ts';

const ADMIN = '/api/v1/admin/credentials/test';
const OWN = '/api/v1/byok/keys/test/openai';
const KEY = 'sk-canary-0123456789abcdef';
const VALUE = { credentialType: 'stripe_secret_key', publicFields: {}, secretFields: { secretKey: 'sk_test_canary0123456789' } };
const NO_SENTENCE = 'Nobody tested it within 30 s: the rotation worker does not answer.';

/** Posts while the vault says this of the trial's end and of its tests. */
const post = async (
  path: string,
  body: object,
  change: object = {},
  tests: readonly object[] = [SAMPLE_TEST],
  headers = bearer('admin'),
) => {
  const ended = { credentialId: SAMPLE_REGISTERED.credentialId, kind: 'value', version: 1, status: 'failed', generation: 0 };
  const failure = { code: 'test-valid', sentence: SAMPLE_TEST.sentence };
  const vault = memoryVault({
    'credential.register': ok({ ...SAMPLE_REGISTERED, status: 'testing', generation: 0 }),
    'credential.change': ok({ ...ended, failure, ...change }),
    'credential.tests': ok({ noTestBecause: null, open: null, items: [...tests] }),
  });
  const sent = json(body);
  const response = await testApp({ vault }).app.request(path, { method: 'POST', ...sent, headers: { ...sent.headers, ...headers } });
  return { status: response.status, body: (await response.json()) as object, calls: vault.calls };
};

describe('a value that is tried before it is saved', () => {
  it('is registered to end with its test, and answered with the provider’s word', async () => {
    const { status, body, calls } = await post(ADMIN, VALUE);
    const { verdict, sentence, elapsedMs, at } = SAMPLE_TEST;
    expect([status, body]).toEqual([200, { verdict, sentence, elapsedMs, at }]);
    expect(calls.map(({ name }) => name)).toEqual(['credential.register', 'credential.change', 'credential.tests']);
    expect(calls[0]?.message).toMatchObject({
      data: { trial: true, issuer: null, address: expect.stringMatching(/^system\.trials\.[0-9a-f-]{36}$/) },
    });
    expect(JSON.stringify([body, calls])).not.toContain('canary');
  });
  it('that is no good is an answer, too', async () => {
    const { status, body } = await post(ADMIN, VALUE, {}, [{ ...SAMPLE_TEST, verdict: 'invalid' }]);
    expect([status, body]).toMatchObject([200, { verdict: 'invalid' }]);
  });
  it('says why nobody could test it', async () => {
    const { status, body } = await post(ADMIN, VALUE, { failure: { code: 'test-unreachable', sentence: NO_SENTENCE } }, []);
    expect([status, body]).toMatchObject([200, { verdict: 'unreachable', sentence: NO_SENTENCE }]);
  });
  it('may take longer than the answer', async () => {
    const { status, body } = await post(ADMIN, VALUE, { status: 'testing', failure: null });
    expect([status, body]).toMatchObject([202, { verdict: 'testing' }]);
  });
  it('is a key of one’s own, in one’s own scope', async () => {
    const { status, body, calls } = await post(OWN, { api_key: KEY, endpoint: 'https://llm.test/v1' }, {}, [SAMPLE_TEST], bearer('user'));
    expect([status, body]).toMatchObject([200, { key_id: null, provider: 'openai', test_status: SAMPLE_TEST.verdict }]);
    const publicFields = { provider: 'openai', endpoint: 'https://llm.test/v1' };
    expect(calls[0]?.message).toMatchObject({
      data: { trial: true, publicFields, address: expect.stringMatching(/^user-\w{26}\.trials\./) },
    });
    expect(JSON.stringify([body, calls])).not.toContain('canary');
  });
  it('is the stored one where the body brings none', async () => {
    const { calls } = await post(OWN, {}, {}, [SAMPLE_TEST], bearer('user'));
    expect(calls.map(({ name }) => name)).not.toContain('credential.register');
  });
  it.each([
    [OWN, { endpoint: 'https://llm.test/v1' }],
    [OWN, { api_key: '' }],
    [ADMIN, { ...VALUE, secretFields: undefined }],
    [ADMIN, { ...VALUE, address: 'system.a.b' }],
  ])('is refused at %s as %j', async (path, body) => expect((await post(path, body)).status).toBe(422));
});

it('tells what the vault says no to', async () => {
  const vault = memoryVault({ 'credential.register': refuse({ code: 'no-test', why: 'There is no test for this type yet.' }) });
  const sent = json({ ...VALUE, credentialType: 'generic' });
  const response = await testApp({ vault }).app.request(ADMIN, {
    method: 'POST',
    ...sent,
    headers: { ...sent.headers, ...bearer('admin') },
  });
  expect([response.status, await response.json()]).toMatchObject([409, { code: 'no-test' }]);
});
