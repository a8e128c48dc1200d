import { randomBytes } from 'node:crypto';
import { CREDENTIAL_TYPES } from '@keyturn/contracts';
import { describe, expect, it } from 'vitest';
import { parseFernetKey, readKeycloakUser, readLegacyRow, type SourceItem } from './index.ts';
import { legacyType, readMetadata } from './older-words/index.ts';
import { makeFernetToken } from './testing/index.ts';

const newKey = () => parseFernetKey(`${randomBytes(32).toString('base64url')}=`)!;
const [key, otherKey] = [newKey(), newKey()];
const tokenOf = (text: string | Uint8Array): string => makeFernetToken(key, { iv: randomBytes(16), now: new Date(0), text });
const NO_TEXT = Uint8Array.of(0xc3, 0x28, 0xff);
const token = tokenOf('the value of the row');
const damaged = `${token.slice(0, -6)}AAAAA=`;

const secretOf = (item: SourceItem | undefined): unknown => (item?.kind === 'found' ? item.secretFields.reveal() : undefined);

const ROW = { id: 7, user_id: null, service: 'stripe', credential_type: 'secret_key', encrypted_value: token };
const legacy = (more: Readonly<Record<string, unknown>> = {}, keys = [key]): SourceItem =>
  readLegacyRow('service_credentials', { ...ROW, ...more }, keys);

describe('a row of the older system’s tables', () => {
  it.each([
    ['found', 'as it should be', {}, [key]],
    ['found', 'under the second key', {}, [otherKey, key]],
    ['no-key', 'and no key at all', {}, []],
    ['wrong-key', 'under another key', {}, [otherKey]],
    ['corrupt', 'damaged', { encrypted_value: damaged }, [key]],
    ['corrupt', 'no token', { encrypted_value: 'sk_live_in_the_clear' }, [key]],
    ['not-text', 'of no text', { encrypted_value: tokenOf(NO_TEXT) }, [key]],
    ['empty', 'of NULL', { encrypted_value: null }, [key]],
    ['empty', 'of nothing', { encrypted_value: '' }, [key]],
  ] as const)('is %s: %s', (kind, _what, more, keys) => {
    const item = legacy(more, [...keys]);
    expect(item).toMatchObject({ kind, reference: 'service_credentials/7' });
    expect(secretOf(item)).toEqual(kind === 'found' ? { secretKey: 'the value of the row' } : undefined);
    expect(item.kind === 'found' || item.sentence).not.toBe('');
  });

  it.each([
    ['service', { service: null }],
    ['encrypted_value', { encrypted_value: 12 }],
    ['id', { id: '7' }],
    ['credential_type', { credential_type: undefined }],
  ])('is malformed where its %s is not as expected, and its value isn’t shown', (column, more) => {
    const item = legacy(more);
    expect(item).toEqual({
      kind: 'malformed',
      reference: 'service_credentials/?',
      sentence: `The row does not look as expected: ${column}.`,
    });
  });

  it('brings every date along, in UTC, and a test status of bounded length', () => {
    const dates = { created_at: '2025-10-02 00:00:00', encrypted_at: '2025-10-01T12:00:00', updated_at: '2025-10-04T12:00:00.123456' };
    expect(legacy({ ...dates, last_used: '2025-10-03T14:00:00+02:00', test_status: 'v'.repeat(60) })).toMatchObject({
      history: {
        addedAt: '2025-10-01T12:00:00.000Z',
        updatedAt: '2025-10-04T12:00:00.123Z',
        lastUsedAt: '2025-10-03T12:00:00.000Z',
        testStatus: 'v'.repeat(50),
      },
    });
    expect(legacy({ updated_at: 'yesterday', last_used: null, test_status: '' })).toHaveProperty('history', {});
  });

  it('brings of its metadata a label and what the type has, and names the rest', () => {
    const metadata = JSON.stringify({ label: 'Shop', api_version: '2026-01-01', service: 'stripe', webhook: 'whsec_canary' });
    const item = legacy({ metadata });
    expect(item).toMatchObject({
      displayName: 'Shop',
      publicFields: { apiVersion: '2026-01-01' },
      remarks: ['Left out of its metadata: webhook.'],
    });
    expect(JSON.stringify(item)).not.toContain('canary');
  });

  it('is kept as generic where nobody knows its type, and says so', () => {
    const item = legacy({ service: 'pagerduty', credential_type: 'routing', user_id: 'u1', is_system_level: false });
    expect(item).toMatchObject({
      credentialType: 'generic',
      owner: { kind: 'legacy-user', id: 'u1' },
      remarks: ['Kept as generic: nobody knows the type routing of pagerduty.'],
    });
    expect(secretOf(item)).toEqual({ value: 'the value of the row' });
  });
});

describe('a key in the attributes of a Keycloak user', () => {
  it.each([
    ['found', 'a token', [token], [key]],
    ['found', 'in clear', ['the value of the row'], []],
    ['no-key', 'a token, and no key was given', [token], []],
    ['wrong-key', 'a token under another key', [token], [otherKey]],
    ['corrupt', 'a damaged token', [damaged], [key]],
    ['not-text', 'a token of no text', [tokenOf(NO_TEXT)], [key]],
    ['empty', 'an empty text', [''], [key]],
    ['empty', 'an empty list', [], [key]],
  ] as const)('is %s: %s', (kind, _what, values, keys) => {
    const [item, ...more] = readKeycloakUser({ id: 'u', attributes: { byok_openai_key: [...values] } }, keys);
    expect([item, more]).toMatchObject([{ kind, reference: 'users/u/byok_openai_key' }, []]);
    expect(secretOf(item)).toEqual(kind === 'found' ? { apiKey: 'the value of the row' } : undefined);
  });

  it('is malformed where the user has no id: nobody can say whose it is', () => {
    const [item] = readKeycloakUser({ username: 'ada', attributes: { byok_openai_key: ['sk-canary'] } }, []);
    expect(item).toMatchObject({ kind: 'malformed', reference: 'users/?/byok_openai_key' });
    expect(JSON.stringify(item)).not.toContain('canary');
  });
});

describe('the older words', () => {
  it.each([
    ['cloudflare', 'api_token', { credentialType: 'cloudflare_api_token' }],
    ['NameCheap ', 'API_KEY', { credentialType: 'namecheap_api_key' }],
    ['whoever', 'stripe_secret_key', { credentialType: 'stripe_secret_key' }],
    ['openai', 'key', { credentialType: 'user_api_key', provider: 'openai' }],
    ['anthropic', 'user_api_key', { credentialType: 'user_api_key', provider: 'anthropic' }],
    ['nobody', 'user_api_key', { credentialType: 'generic', isGuess: true }],
    ['custom', 'api_key', { credentialType: 'generic', isGuess: true }],
    ['keycloak', 'client_secret', { credentialType: 'oauth_client_secret' }],
    ['orders', 'db_password', { credentialType: 'database_password' }],
    ['mariadb', 'password', { credentialType: 'database_password' }],
    ['router', 'password', { credentialType: 'generic', isGuess: true }],
  ])('%s, %s', (service, type, known) => {
    expect(legacyType(service, type)).toEqual(known);
  });

  it.each([
    ['nothing', null, {}, []],
    ['blanks', '  ', {}, []],
    ['no JSON', '{', {}, ['Its metadata is no JSON object and was left out.']],
    ['a list', '["a"]', {}, ['Its metadata is no JSON object and was left out.']],
    [
      'other names of our fields',
      '{"client_id":"c","token_url":"https://sso.example/token"}',
      { clientId: 'c', tokenUrl: 'https://sso.example/token' },
      [],
    ],
    ['a number', '{"clientId":7}', { clientId: '7' }, []],
    ['an object in a field’s place', '{"clientId":{"a":1}}', {}, ['Left out of its metadata: clientId.']],
    ['a name of every object', '{"constructor":"x"}', {}, ['Left out of its metadata: constructor.']],
  ])('metadata of %s', (_what, metadata, publicFields, remarks) => {
    expect(readMetadata('oauth_client_secret', metadata)).toEqual({ publicFields, remarks });
  });

  it('never let metadata say where a secret is sent to be tested', () => {
    const names = Object.keys(CREDENTIAL_TYPES.generic.publicFields.shape);
    expect(names).toEqual(expect.arrayContaining(['checkUrl', 'checkHeaders', 'checkMethod']));
    const metadata = JSON.stringify(Object.fromEntries(names.map((name) => [name, 'https://evil.example/take'])));
    expect(readMetadata('generic', metadata)).toEqual({ publicFields: {}, remarks: [`Left out of its metadata: ${names.join(', ')}.`] });
  });
});
