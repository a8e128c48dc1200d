import { describe, expect, it } from 'vitest';
import { checkPublicFields, checkVersionFields, missingToRotate } from './check-version-fields.ts';
import { CREDENTIAL_TYPES, CredentialType } from './registry.ts';
import { fieldViews, typeViews } from './type-view.ts';

const CHECK = { checkUrl: 'https://api.example.com/me' };

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const letters = (count: number): string => 'aB3'.repeat(count).slice(0, count);
const issues = (...given: Parameters<typeof checkVersionFields>) =>
  checkVersionFields(...given).map(({ path, message }) => `${path}: ${message}`);

describe('a version fits its type', () => {
  it.each<[CredentialType, Record<string, string>, Record<string, string>]>([
    ['cloudflare_api_token', {}, { token: letters(40) }],
    ['cloudflare_api_token', { accountId: '0'.repeat(32), apiBaseUrl: 'https://api.cloudflare.com/client/v4' }, { token: letters(40) }],
    ['namecheap_api_key', {}, { apiKey: letters(32) }],
    ['namecheap_api_key', { apiUser: 'Sky', userName: 'Sky', clientIp: '203.0.113.10', sandbox: 'false' }, { apiKey: letters(32) }],
    ['user_api_key', { provider: 'openai', label: 'My openai key' }, { apiKey: `sk-${letters(48)}` }],
    ['user_api_key', { provider: 'anthropic' }, { apiKey: `sk-ant-${letters(36)}` }],
    ['user_api_key', { provider: 'huggingface' }, { apiKey: `hf_${letters(36)}` }],
    ['user_api_key', { provider: 'cohere' }, { apiKey: `co-${letters(36)}` }],
    ['user_api_key', { provider: 'replicate' }, { apiKey: `r8_${letters(36)}` }],
    ['user_api_key', { provider: 'custom', endpoint: 'https://llm.internal.example/v1' }, { apiKey: 'anything' }],
    ['user_api_key', { provider: 'openai', projectId: 'proj_abc123' }, { apiKey: `sk-proj-${letters(40)}` }],
    ['openai_admin_key', {}, { adminKey: `sk-admin-${letters(40)}` }],
    ['oauth_client_secret', {}, { clientSecret: letters(32) }],
    ['stripe_secret_key', {}, { secretKey: `sk_test_${letters(24)}` }],
    ['stripe_secret_key', {}, { secretKey: `rk_live_${letters(24)}` }],
    ['database_password', {}, { password: `p@ss "q' %${letters(4)}é漢` }],
    ['database_password', { sslmode: 'verify-full', sslrootcert: PEM, testQuery: 'select 1 from orders' }, { password: 'p' }],
    ['generic', {}, { value: 'line1\nline2' }],
    ['generic', { host: 'h' }, { user: 'a', 'pass-word': 'b' }],
    ['generic', { checkUrl: 'https://api.example.com/me' }, { value: 'a' }],
    [
      'generic',
      {
        user: 'u',
        checkUrl: 'https://x.example',
        checkMethod: 'HEAD',
        checkHeaders: 'X-Key: {{ key }}\r\nAuthorization: {{basic user key}}',
        checkStatus: '204',
      },
      { key: 'k' },
    ],
  ])('%s %j', (type, publicFields, secretFields) => expect(issues(type, publicFields, secretFields)).toEqual([]));
});

describe('a version that does not fit is told in sentences, without its value', () => {
  it.each<[CredentialType, Record<string, string>, Record<string, string>, string]>([
    ['cloudflare_api_token', {}, { token: 'canary' }, 'token: A Cloudflare API token has 20 characters or more: letters, digits, - and _.'],
    [
      'cloudflare_api_token',
      { apiBaseUrl: 'ftp://canary' },
      { token: letters(40) },
      'apiBaseUrl: The API base URL is a URL that begins with https:// or http://, without a user name in it.',
    ],
    ['cloudflare_api_token', { zone: 'canary' }, { token: letters(40) }, 'zone: There is no such field.'],
    [
      'namecheap_api_key',
      { clientIp: 'canary' },
      { apiKey: letters(32) },
      'clientIp: The client IP is an IPv4 address such as 203.0.113.10.',
    ],
    [
      'cloudflare_api_token',
      { accountId: 'canary' },
      { token: letters(40) },
      'accountId: A Cloudflare account id is 32 characters of 0-9 and a-f.',
    ],
    [
      'namecheap_api_key',
      {},
      { apiKey: 'canary-with-dashes' },
      'apiKey: A NameCheap API key has 16 characters or more, letters and digits only.',
    ],
    ['namecheap_api_key', {}, { apiKey: 'canary' }, 'apiKey: A NameCheap API key has 16 characters or more, letters and digits only.'],
    ['namecheap_api_key', { sandbox: 'canary' }, { apiKey: letters(32) }, 'sandbox: Sandbox is true or false.'],
    ['user_api_key', { provider: 'huggingface' }, { apiKey: 'canary-canary' }, 'apiKey: A key of HuggingFace begins with hf_.'],
    ['user_api_key', { provider: 'cohere' }, { apiKey: 'canary-canary' }, 'apiKey: A key of Cohere begins with co-.'],
    ['user_api_key', { provider: 'replicate' }, { apiKey: 'canary-canary' }, 'apiKey: A key of Replicate begins with r8_.'],
    ['user_api_key', { provider: 'anthropic' }, { apiKey: 'canary-canary' }, 'apiKey: A key of Anthropic begins with sk-ant-.'],
    [
      'user_api_key',
      { provider: 'huggingface' },
      { apiKey: 'hf_canary' },
      'apiKey: This is too short for a key of HuggingFace; was all of it copied?',
    ],
    ['user_api_key', { provider: 'openai' }, { apiKey: 'canary-canary' }, 'apiKey: A key of OpenAI begins with sk-.'],
    [
      'user_api_key',
      { provider: 'openai' },
      { apiKey: 'sk-ant-canary-canary' },
      'apiKey: This looks like a key of Anthropic, and the provider is OpenAI.',
    ],
    [
      'user_api_key',
      { provider: 'anthropic' },
      { apiKey: 'sk-canary-canary' },
      'apiKey: This looks like a key of OpenAI, and the provider is Anthropic.',
    ],
    [
      'user_api_key',
      { provider: 'custom' },
      { apiKey: 'canary' },
      'endpoint: A custom provider needs its endpoint, e.g. https://llm.example.com/v1.',
    ],
    ['user_api_key', { provider: 'canary' }, { apiKey: 'sk-x' }, 'provider: The provider is one of those in the list.'],
    [
      'user_api_key',
      { provider: 'openai' },
      { apiKey: 'sk-canary canary' },
      'apiKey: The API key has no spaces, no line breaks and only ASCII characters; was something copied along?',
    ],
    ['openai_admin_key', {}, { adminKey: 'sk-canary0123456789' }, 'adminKey: An OpenAI admin key begins with sk-admin-.'],
    [
      'user_api_key',
      { provider: 'openai', projectId: '../canary' },
      { apiKey: `sk-${letters(40)}` },
      'projectId: A project id at OpenAI is letters, digits, - and _, e.g. proj_abc123.',
    ],
    [
      'stripe_secret_key',
      {},
      { secretKey: 'pk_test_canary' },
      'secretKey: A Stripe secret key begins with sk_test_ or sk_live_, a restricted one with rk_test_ or rk_live_.',
    ],
    [
      'stripe_secret_key',
      { accountId: 'canary' },
      { secretKey: `sk_test_${letters(24)}` },
      'accountId: A Stripe account id begins with acct_.',
    ],
    [
      'oauth_client_secret',
      { issuerUrl: 'canary' },
      { clientSecret: letters(32) },
      'issuerUrl: The issuer URL is a URL that begins with https:// or http://, without a user name in it.',
    ],
    [
      'oauth_client_secret',
      { tokenUrl: 'https://canary:x@sso.example.com/token' },
      { clientSecret: letters(32) },
      'tokenUrl: The token URL is a URL that begins with https:// or http://, without a user name in it.',
    ],
    [
      'database_password',
      { sslmode: 'canary' },
      { password: 'p' },
      'sslmode: The TLS mode is disable, prefer, require, verify-ca or verify-full.',
    ],
    [
      'database_password',
      { sslmode: 'verify-ca', sslrootcert: 'canary' },
      { password: 'p' },
      'sslrootcert: The root certificate is PEM: it begins with -----BEGIN CERTIFICATE-----.',
    ],
    [
      'database_password',
      { sslmode: 'require', sslrootcert: PEM },
      { password: 'p' },
      'sslrootcert: A root certificate is looked at only in the TLS modes verify-ca and verify-full.',
    ],
    [
      'database_password',
      { testQuery: 'drop table canary' },
      { password: 'p' },
      'testQuery: The test query begins with SELECT, WITH, VALUES or TABLE.',
    ],
    ['database_password', {}, {}, 'password: Password is needed.'],
    ['generic', {}, {}, 'value: At least one secret field is needed.'],
    ['generic', { same: 'canary' }, { same: 'canary' }, 'same: A field is either public or secret.'],
    ['generic', { checkStatus: '200' }, { value: 'canary' }, 'checkUrl: A check needs its URL.'],
    [
      'generic',
      { checkUrl: 'ftp://canary' },
      { value: 'v' },
      'checkUrl: The URL of the check is a URL that begins with https:// or http://, without a user name in it.',
    ],
    ['generic', { ...CHECK, checkMethod: 'DELETE' }, { value: 'v' }, 'checkMethod: The method of the check is GET, HEAD or POST.'],
    ['generic', { ...CHECK, checkStatus: '20' }, { value: 'v' }, 'checkStatus: The expected status is a number from 100 to 599.'],
    [
      'generic',
      { ...CHECK, checkStatus: '403', checkRefusedStatus: '403' },
      { value: 'v' },
      'checkRefusedStatus: A status can’t mean both that the secret is taken and that it is not.',
    ],
    [
      'generic',
      { ...CHECK, checkHeaders: 'Host: {{value}}' },
      { value: 'v' },
      'checkHeaders: A header of the check is a line Name: value, and none that says how the call is carried, such as Host.',
    ],
    ['generic', { ...CHECK, checkHeaders: 'X-Key: canary' }, { value: 'v' }, 'checkHeaders: No header of the check holds a secret field.'],
    [
      'generic',
      { ...CHECK, checkHeaders: 'X-Key: {{canary}}' },
      { value: 'v' },
      'checkHeaders: The headers of the check name a field that is not there.',
    ],
    ['generic', {}, { value: 'v', checkUrl: 'canary' }, 'checkUrl: What describes the check is public.'],
  ])('%s %j %#', (type, publicFields, secretFields, sentence) => {
    const found = issues(type, publicFields, secretFields);
    expect(found).toEqual([sentence]);
    expect(found.join()).not.toContain('canary');
  });
});

describe('the registry', () => {
  it.each(CredentialType.options)('shows every field of %s, and its main secret is one of them', (type) => {
    const { publicFields, secretFields, mainSecret, neededToRotate } = CREDENTIAL_TYPES[type];
    const names = fieldViews(type).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(publicFields.shape), ...Object.keys(secretFields.shape), mainSecret]));
    expect(names).toEqual(expect.arrayContaining([...neededToRotate]));
    expect(fieldViews(type).find(({ name }) => name === mainSecret)?.secret).toBe(true);
  });
  it('is plain data with a JSON Schema of each type', () => {
    const [cloudflare, ...others] = typeViews();
    expect(structuredClone(typeViews())).toEqual(typeViews());
    expect(cloudflare?.schema).toMatchObject({ properties: { secretFields: { required: ['token'], additionalProperties: false } } });
    expect(others.filter(({ anyFields }) => anyFields).map(({ type }) => type)).toEqual(['generic']);
  });
  it('knows what a rotation would miss', () => {
    expect(missingToRotate('database_password', { host: 'h', username: 'u' }, null)).toEqual(['port', 'database']);
    expect(missingToRotate('generic', {}, null)).toEqual([]);
    expect(missingToRotate('user_api_key', { provider: 'openai' }, 'an issuer')).toEqual(['projectId']);
    expect(missingToRotate('user_api_key', { provider: 'openai' }, null)).toEqual([]);
    expect(missingToRotate('user_api_key', { provider: 'anthropic' }, 'an issuer')).toEqual([]);
  });
});

describe('public fields alone', () => {
  it.each([
    ['database_password', { port: '54x' }, ['port: The port is a number, such as 5432.']],
    ['user_api_key', { provider: 'custom' }, ['endpoint: A custom provider needs its endpoint, e.g. https://llm.example.com/v1.']],
    ['user_api_key', { provider: 'openai' }, []],
    ['generic', { '1st': 'x' }, ['1st: A field name begins with a letter or _, then letters, digits, _, - and . follow, 64 in all.']],
    ['generic', {}, []],
    ['generic', { ...CHECK, checkHeaders: 'X-Key: {{secretField}}' }, []],
  ] as const)('%s %j %#', (type, publicFields, sentences) =>
    expect(checkPublicFields(type, publicFields).map(({ path, message }) => `${path}: ${message}`)).toEqual(sentences),
  );
});
