import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { SAMPLE_CREDENTIAL, SAMPLE_REGISTERED } from '../samples/credential.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, json, testApp } from '../testing/test-app.ts';

const PATH = '/api/v1/admin/credentials';
const TOKEN = 'cf-token-1234567890abcdefghijklmnop';
const BODY = { service: 'Cloudflare', credential_type: 'api_token', secret: TOKEN };
const ADDRESS = 'system.cloudflare.api-token';
const NOBODY = refuse({ code: 'credential-unknown' });
type Sent = { commandId: string; data: Record<string, unknown>; secret?: { about: string; fields: { reveal(): object } } };

/** Posts the body where this stands at its address. */
const post = async (body: object, there: object = NOBODY, headers: Record<string, string> = {}) => {
  const committed = { ...SAMPLE_REGISTERED, address: ADDRESS };
  const vault = memoryVault({
    'credential.get': there as never,
    'credential.register': ok(committed),
    'credential.stage-value': ok({ ...committed, version: 4 }),
  });
  const sent = json(body);
  const init = { method: 'POST', ...sent, headers: { ...sent.headers, ...bearer('admin'), ...headers } };
  const response = await testApp({ vault }).app.request(PATH, init);
  const answered = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answered, calls: vault.calls as { name: string; message: Sent }[] };
};

const CREDENTIAL = { ...SAMPLE_CREDENTIAL, address: ADDRESS, credentialType: 'cloudflare_api_token' };
const THERE = ok(CREDENTIAL);

describe('the short form of a registration', () => {
  it('adds what is not there, and answers as an older system does', async () => {
    const { status, answered, calls } = await post({ ...BODY, metadata: { account_id: '0'.repeat(32), label: 'DNS', color: 'red' } });
    expect([status, calls.map(({ name }) => name)]).toEqual([201, ['credential.get', 'credential.register']]);
    expect(answered).toEqual({
      message: 'The credential is added.',
      service: 'Cloudflare',
      credential_type: 'api_token',
      masked_value: 'cf-t...mnop',
      kept_as: 'cloudflare_api_token',
      credential_id: SAMPLE_CREDENTIAL_ID,
      address: ADDRESS,
      version: 1,
      status: 'committed',
      remarks: ['Left out of its metadata: color.'],
    });
    const { data, secret } = calls[1]!.message;
    expect(data).toMatchObject({ address: ADDRESS, displayName: 'DNS', publicFields: { accountId: '0'.repeat(32) } });
    expect(secret?.fields.reveal()).toEqual({ token: TOKEN });
    expect(JSON.stringify([answered, calls])).not.toContain(TOKEN);
  });

  it('gives what is there a new value, and leaves its public fields alone', async () => {
    const { status, answered, calls } = await post(BODY, THERE);
    expect([status, answered['message'], answered['version']]).toEqual([201, 'The credential has a new value.', 4]);
    expect(calls.map(({ name }) => name)).toEqual(['credential.get', 'credential.stage-value']);
    expect(calls[1]?.message.data).toEqual({ credentialId: SAMPLE_CREDENTIAL_ID });
  });

  it('replaces public fields and renames only what the metadata says', async () => {
    const { calls } = await post({ ...BODY, name: 'Prod', metadata: { label: 'DNS', accountId: '1'.repeat(32) } }, THERE);
    expect(calls[0]?.message.data).toEqual({ address: 'system.cloudflare.prod' });
    expect(calls[1]?.message.data).toMatchObject({ publicFields: { accountId: '1'.repeat(32) } });
    expect(calls[2]).toMatchObject({ name: 'credential.change-details', message: { data: { changes: { displayName: 'DNS' } } } });
    expect(calls[2]?.message.commandId).not.toBe(calls[1]?.message.commandId);
  });

  it('leaves an LLM key’s endpoint alone where the metadata names only a label', async () => {
    const there = ok({ ...CREDENTIAL, address: 'system.openai.api-key', credentialType: 'user_api_key' });
    const { calls } = await post({ service: 'openai', credential_type: 'api_key', secret: 'sk-x', metadata: { label: 'x' } }, there);
    expect(calls[1]).toMatchObject({ name: 'credential.stage-value', message: { data: { credentialId: SAMPLE_CREDENTIAL_ID } } });
    expect(calls[1]?.message.data).not.toHaveProperty('publicFields');
  });

  it.each(['constructor', '__proto__', 'toString'])('takes %s for a name like any other', async (word) => {
    for (const body of [
      { ...BODY, credential_type: word },
      { ...BODY, service: word },
      { ...BODY, metadata: { [word]: 'x' } },
    ]) {
      expect([201, 422]).toContain((await post(body)).status);
    }
  });

  it('is the same command again when it is repeated under its key', async () => {
    const key = { 'idempotency-key': 'k' };
    const registering = ({ calls }: Awaited<ReturnType<typeof post>>) => calls.find(({ name }) => name === 'credential.register')!;
    const first = registering(await post(BODY, NOBODY, key)).message;
    const made = ok({ ...CREDENTIAL, credentialId: first.data['credentialId'] });
    const again = registering(await post(BODY, made, key)).message;
    expect([again.commandId, again.data]).toEqual([first.commandId, first.data]);
  });

  it('refuses an address that has another type', async () => {
    const { status, answered } = await post({ ...BODY, credential_type: 'generic' }, THERE);
    expect([status, answered['code']]).toEqual([409, 'address-taken']);
  });

  it('keeps what nobody knows as generic, and says so', async () => {
    const { answered } = await post({ service: 'acme', credential_type: 'license', secret: TOKEN });
    expect(answered).toMatchObject({ kept_as: 'generic', masked_value: '••••••', remarks: [expect.stringContaining('generic')] });
  });

  it.each([
    [{ ...BODY, secret: 7 }, ['secret']],
    [{ service: 'x', credential_type: 'y' }, ['secret']],
    [{ ...BODY, colour: 'red' }, ['colour']],
    [{ ...BODY, metadata: { nested: {} } }, ['metadata.nested']],
    [{}, ['credentialType', 'publicFields']],
  ])('says what is wrong with %j, of the form that it comes closest to', async (body, paths) => {
    const { status, answered } = await post(body);
    expect([status, (answered['errors'] as { path: string }[]).map(({ path }) => path)]).toEqual([422, paths]);
  });
});
