import { expect, it } from 'vitest';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, testApp } from '../testing/test-app.ts';

const resolve = async (service: string, type: string) => {
  const vault = memoryVault();
  const query = new URLSearchParams({ service, credential_type: type });
  const answer = await testApp({ vault }).app.request(`/api/v1/credentials/resolve?${query.toString()}`, { headers: bearer('consumer') });
  const asked = vault.calls.filter(({ name }) => name === 'credential.resolve');
  return {
    status: answer.status,
    body: (await answer.json()) as object,
    data: asked.map(({ message }) => (message as { data: object }).data),
  };
};

it.each([
  ['cloudflare', 'cloudflare_api_token', 'cloudflare', 'cloudflare_api_token'],
  ['Cloudflare', 'api_token', 'cloudflare', 'cloudflare_api_token'],
  ['openai', 'api_key', 'openai', 'user_api_key'],
  ['My Postgres', 'db_password', 'my-postgres', 'database_password'],
  ['acme', 'generic', 'acme', 'generic'],
  ['custom', 'user_api_key', 'custom', 'user_api_key'],
])('%s %s is asked for in the vault’s words', async (service, type, slugged, credentialType) => {
  expect(await resolve(service, type)).toMatchObject({ status: 200, data: [{ service: slugged, credentialType }] });
});

it('gives nothing for a type that nobody knows: what is generic has other names', async () => {
  const { status, body, data } = await resolve('acme', 'webhook_key');
  expect([status, body, data]).toEqual([
    422,
    expect.objectContaining({ errors: [expect.objectContaining({ path: 'credential_type' })] }),
    [],
  ]);
});
