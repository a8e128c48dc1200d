import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sensitive } from '@keyturn/kernel';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerAdapters } from '../src/adapters.ts';
import { parseEgressAllow } from '../src/http/index.ts';

// A real OpenID provider, as a library: no simulator of ours.

const SECRET = 'canary secret: with spaces & more+';
const server = createServer();
let issuer: string;

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = (client_id: string, token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post', grant: string) => ({
    client_id,
    client_secret: SECRET,
    token_endpoint_auth_method,
    grant_types: [grant],
    scope: 'orders',
    redirect_uris: grant === 'client_credentials' ? [] : ['https://shop.example/back'],
    response_types: grant === 'client_credentials' ? [] : (['code'] as const).slice(),
  });
  const provider = new Provider(issuer, {
    clients: [
      client('in-header', 'client_secret_basic', 'client_credentials'),
      client('in-body', 'client_secret_post', 'client_credentials'),
      client('for-people', 'client_secret_basic', 'authorization_code'),
    ],
    scopes: ['orders', 'refunds'],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const test = async (fields: Readonly<Record<string, string>>): Promise<string> => {
  const rules = parseEgressAllow('127.0.0.1');
  if (!rules.ok) throw new Error(rules.refusal);
  const { verdict, sentence } = await providerAdapters({ http: { rules: rules.value } }).oauth_client_secret.test(
    new Sensitive({ clientSecret: SECRET, issuerUrl: issuer, ...fields }),
  );
  expect(sentence).not.toContain('canary');
  return `${verdict}: ${sentence}`;
};

describe('the secret of an OAuth client, at a real provider', () => {
  it.each(['in-header', 'in-body'])('gets a token, the secret %s', async (clientId) => {
    expect(await test({ clientId })).toBe(`valid: The token endpoint gives ${clientId} a token for its secret.`);
    expect(await test({ clientId, issuerUrl: 'http://127.0.0.1:9', tokenUrl: `${issuer}/token` })).toMatch(/^valid/u);
  });

  it('is refused in sentences', async () => {
    expect(await test({ clientId: 'in-header', clientSecret: 'wrong' })).toMatch(
      /^invalid: The token endpoint refuses in-header with this secret/u,
    );
    expect(await test({ clientId: 'nobody' })).toMatch(/^invalid: /u);
    expect(await test({ clientId: 'for-people' })).toMatch(/^forbidden: .*allow it the client credentials grant/u);
    expect(await test({ clientId: 'in-header', scope: 'refunds' })).toMatch(/^forbidden: .*scope/u);
    expect(await test({ clientId: 'in-header', issuerUrl: `${issuer}/realms/none` })).toMatch(
      /^unreachable: The issuer URL has no discovery document/u,
    );
  });
});
