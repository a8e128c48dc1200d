import { describe, expect, it } from 'vitest';
import { CloudflareId, KeycloakId, OpenAiId } from './provider-id.ts';

/** As Keycloak makes them, and as imports do: hex without hyphens, and whatever a person wrote. */
const KEYCLOAK = [
  '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10',
  '019064d29bd27c6f8a110e5f3c7d9b10',
  'orders_1',
  'com.example.app',
  'a:b@c~d',
  '...',
];

describe('what a provider calls an id', () => {
  it.each([
    ['Cloudflare', CloudflareId, ['ed17574386854bf78a67040be0a770b0', 'Abc_-1']],
    ['OpenAI', OpenAiId, ['user-abc123', 'key_0123456789abcdef', 'svc_acct_abc']],
    ['Keycloak', KeycloakId, KEYCLOAK],
  ])('is one where it has the form of those of %s', (_provider, schema, ids) =>
    expect(ids.map((id) => schema.safeParse(id).success)).toEqual(ids.map(() => true)),
  );
  it.each([
    ['Cloudflare', CloudflareId, ['v'.repeat(40), `cfut_${'v'.repeat(48)}`]],
    ['OpenAI', OpenAiId, [`sk-${'v'.repeat(48)}`, 'sk-proj-v', 'sk-admin-v', 'v'.repeat(65)]],
    ['Keycloak', KeycloakId, ['uM8rGbR9wYp3bWv0sT1kZq7cXe5nLd2A', 'A'.repeat(32), 'v'.repeat(37)]],
  ])('is none where it could be a secret of %s', (_provider, schema, ids) =>
    expect(ids.map((id) => schema.safeParse(id).success)).toEqual(ids.map(() => false)),
  );
  it.each([
    ['Cloudflare', CloudflareId],
    ['OpenAI', OpenAiId],
    ['Keycloak', KeycloakId],
  ])('is none of %s where it leads to another path', (_provider, schema) => {
    for (const id of ['', '.', '..', 'a/b', 'a?b', 'a#b', 'a%2Fb', 'a b', 'a\n']) expect(schema.safeParse(id).success).toBe(false);
  });
  it.each(KEYCLOAK)('is the end of a path of Keycloak’s as it is: %s', (id) =>
    expect(new URL(`https://sso.example/clients/${id}`).pathname).toBe(`/clients/${id}`),
  );
});
