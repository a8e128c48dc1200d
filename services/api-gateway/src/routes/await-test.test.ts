import { ok } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
import { SAMPLE_REGISTERED } from '../samples/credential.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { SAMPLE_TEST_ASKED } from '../samples/lifecycle.ts';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, json, testApp } from '../testing/test-app.ts';

const ONE = `/api/v1/admin/credentials/${SAMPLE_CREDENTIAL_ID}`;
const TESTING = ok({ ...SAMPLE_REGISTERED, version: 4, status: 'testing', generation: 3 });
const SENTENCE = 'The server refuses the password of orders.';
const resultOf = (status: string, more: object = {}) =>
  ok({ credentialId: SAMPLE_CREDENTIAL_ID, kind: 'value', version: 4, status, generation: 4, failure: null, ...more });

/** Brings a value while the vault says this of its test. */
const bring = async (change: ReturnType<typeof resultOf> | Error) => {
  const vault = memoryVault({ 'credential.stage-value': TESTING, 'credential.change': change });
  const sent = json({ secretFields: { password: 'x' } });
  const headers = { ...sent.headers, ...bearer('admin'), 'idempotency-key': 'k', 'if-match': '*' };
  const response = await testApp({ vault }).app.request(`${ONE}/versions`, { method: 'POST', ...sent, headers });
  const { status, headers: told } = response;
  return { status, location: told.get('location'), wait: told.get('retry-after'), body: (await response.json()) as object, vault };
};

describe('an answer that waits for a test', () => {
  it('says what came of it, and asks for the very command that it sent', async () => {
    const { status, body, vault } = await bring(resultOf('committed'));
    expect([status, body]).toEqual([201, { ...SAMPLE_REGISTERED, version: 4, status: 'committed', generation: 4 }]);
    const [sent, asked] = vault.calls as { name: string; message: { commandId?: string; data: { commandId?: string } } }[];
    expect([asked?.name, asked?.message.data.commandId]).toEqual(['credential.change', sent?.message.commandId]);
  });
  it.each([
    ['test-invalid', 422],
    ['test-forbidden', 422],
    ['test-unreachable', 424],
    ['test-rate-limited', 424],
  ])('tells %s as a problem, with the sentence as its detail', async (code, status) => {
    const said = await bring(resultOf('failed', { failure: { code, sentence: SENTENCE } }));
    expect([said.status, said.body]).toMatchObject([status, { code, detail: SENTENCE }]);
  });
  it.each([
    ['test-rate-limited', '30'],
    ['test-invalid', null],
  ])('says of %s when another test is taken, where the provider said so: %s', async (code, wait) => {
    const failed = resultOf('failed', { failure: { code, sentence: SENTENCE, retryAfterSeconds: 30 } });
    expect((await bring(failed)).wait).toBe(wait);
  });
  it('is 202 with a place to look where the time is up', async () => {
    const { status, body, location } = await bring(resultOf('testing'));
    expect([status, location, body]).toMatchObject([202, `${ONE}/versions`, { status: 'testing', version: 4 }]);
  });
  it('leaves it open where the vault goes away meanwhile: the same key asks again', async () => {
    const { status, body } = await bring(new ServiceUnavailable('vault'));
    expect([status, body]).toMatchObject([504, { code: 'outcome-unknown' }]);
  });
});

describe('a test on demand', () => {
  const test = async (tests: object) => {
    const vault = memoryVault({ 'credential.tests': ok(tests) });
    const response = await testApp({ vault }).app.request(`${ONE}/test`, { method: 'POST', headers: bearer('admin') });
    return { status: response.status, body: (await response.json()) as object };
  };
  const { testId, version } = SAMPLE_TEST_ASKED;
  const open = { testId, version, askedAt: '2026-03-02T09:20:00.000Z', by: { kind: 'person', id: 'ada' } };
  it('is 202 while it is under way', async () =>
    expect(await test({ noTestBecause: null, open, items: [] })).toMatchObject({ status: 202, body: { status: 'testing', test: null } }));
  it('says so where another version became current first', async () =>
    expect(await test({ noTestBecause: null, open: null, items: [] })).toMatchObject({ status: 424, body: { code: 'test-unreachable' } }));
});
