import { ok, refuse } from '@keyturn/kernel';
import { apiTokenProof, newApiToken } from '@keyturn/sealing';
import { describe, expect, it } from 'vitest';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, testApp } from '../testing/test-app.ts';

const PATH = '/api/v1/llm/config';

const ask = async (headers: Record<string, string>, query = '', replies: Parameters<typeof memoryVault>[0] = {}) => {
  const vault = memoryVault(replies);
  const response = await testApp({ vault }).app.request(`${PATH}${query}`, { headers });
  const asked = vault.calls.filter(({ name }) => name.startsWith('llm.'));
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers, asked };
};

describe('the language model of a person', () => {
  it('is asked for in their own scope, and comes without its key', async () => {
    const { status, body, asked } = await ask(bearer('user'), '?provider=openai');
    expect([status, 'api_key' in body]).toEqual([200, false]);
    expect(asked).toMatchObject([{ name: 'llm.config', message: { actor: { id: 'user' }, data: { provider: 'openai' } } }]);
  });
  it('isn’t that of somebody else whose token they send along', async () => {
    const { asked } = await ask({ ...bearer('user'), 'x-on-behalf-of': 'Bearer test-admin' });
    expect(asked).toMatchObject([{ name: 'llm.config', message: { actor: { id: 'user' } } }]);
  });
});

describe('the language model of a program', () => {
  it('comes with its key, and is kept by nobody on the way', async () => {
    const { status, body, headers, asked } = await ask(bearer('consumer'));
    expect([status, body['api_key'], headers.get('cache-control')]).toEqual([200, 'the key', 'no-store']);
    expect(asked).toMatchObject([
      { name: 'llm.resolve', message: { actor: { kind: 'program', roles: ['consumer:orders'] }, data: { consumer: 'orders' } } },
    ]);
  });
  it('is that of the user whose token comes along, whatever the query says', async () => {
    const { asked } = await ask({ ...bearer('consumer'), 'x-on-behalf-of': 'Bearer test-user' }, '?user_issuer=else&user_subject=where');
    expect(asked).toMatchObject([{ message: { data: { user: { issuer: 'http://idp.test', subject: 'user', shownBy: 'token' } } } }]);
  });
  it('is that of a user who is only named, and the vault is told so', async () => {
    const { asked } = await ask(bearer('consumer'), '?user_issuer=idp&user_subject=ada');
    expect(asked[0]?.message).toMatchObject({ data: { user: { issuer: 'idp', subject: 'ada' } } });
    expect(JSON.stringify(asked)).not.toContain('shownBy');
  });
  it.each(['Bearer forged', 'Bearer test-consumer', 'test-user', ''])('is none where the user’s token is %j', async (shown) => {
    const { status, body, asked } = await ask({ ...bearer('consumer'), 'x-on-behalf-of': shown }, '?user_issuer=idp&user_subject=ada');
    expect([status, body['code'], asked]).toEqual([401, 'on-behalf-of-invalid', []]);
  });
  it('is asked for by an API token and the consumer’s name', async () => {
    const token = newApiToken();
    const headers = { authorization: `Bearer ${token.reveal()}` };
    const { asked } = await ask(headers, '?consumer=chat');
    expect(asked).toMatchObject([{ name: 'llm.resolve', message: { data: { consumer: 'chat', proof: apiTokenProof(token) } } }]);
    expect((await ask(headers)).body['code']).toBe('consumer-claim-missing');
    expect((await ask(headers, '?consumer=chat', { 'llm.resolve': refuse({ code: 'api-token-invalid' }) })).status).toBe(401);
  });
  it('isn’t that of another consumer than its token names', async () =>
    expect((await ask(bearer('consumer'), '?consumer=other')).body['code']).toBe('consumer-claim-missing'));
});

describe('the vault’s answer', () => {
  it('without a key is a fault, never an answer without one', async () => {
    const { status } = await ask(bearer('consumer'), '', { 'llm.resolve': ok({ value: {} }) });
    expect(status).toBe(500);
  });
});
