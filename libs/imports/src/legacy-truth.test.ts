import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readEnvFile, readKeycloakExport, readKeycloakUser, readLegacyRow, type SourceItem } from './index.ts';
import { legacyKeys, legacyTruth, readLegacy } from './testing/index.ts';
import { rowsOfSql } from './testing/rows-of-sql.ts';

const truth = legacyTruth();
const keys = legacyKeys();
const KINDS = { ok: 'found', corrupt: 'corrupt', 'other-key': 'wrong-key' } as const;

const secretOf = (item: SourceItem | undefined): string | null =>
  item?.kind === 'found' ? (Object.values(item.secretFields.reveal())[0] ?? null) : null;

const expectTruth = (item: SourceItem | undefined, { secret, kind }: (typeof truth)[number]): void => {
  expect([item?.kind, secretOf(item)]).toEqual([KINDS[kind], secret]);
};

describe('the tables of the older system', () => {
  const { encrypted_credentials: own, service_credentials: shared } = rowsOfSql(readLegacy('ops-center.sql'));
  const ownItems = own.map((row) => readLegacyRow('encrypted_credentials', row, keys));
  const sharedItems = shared.map((row) => readLegacyRow('service_credentials', row, keys));

  it.each(truth.filter(({ id }) => id !== undefined))('row $id comes out as $kind', (expected) => {
    expectTruth(
      ownItems.find(({ reference }) => reference === `encrypted_credentials/${expected.id}`),
      expected,
    );
  });

  it('yield every shared row, the second Cloudflare token too', () => {
    const expected = truth.filter(({ table }) => table !== undefined);
    expect(sharedItems).toHaveLength(expected.length);
    for (const [index, item] of sharedItems.entries()) expectTruth(item, expected[index]!);
  });

  it('have types that are ours afterwards, and owners', () => {
    const types = sharedItems.map((item) => (item.kind === 'found' ? [item.credentialType, item.owner.kind] : item.kind));
    expect(types).toEqual([
      ['cloudflare_api_token', 'system'],
      ['namecheap_api_key', 'system'],
      ['cloudflare_api_token', 'system'],
    ]);
    expect(ownItems[2]).toMatchObject({
      credentialType: 'user_api_key',
      owner: { kind: 'legacy-user', id: 'user-0000' },
      publicFields: { provider: 'openai' },
    });
  });

  it('bring along when a value was added, used and tested', () => {
    expect(sharedItems[0]).toMatchObject({
      history: { addedAt: '2025-10-01T12:00:00.000Z', lastUsedAt: '2025-10-03T12:00:00.000Z', testStatus: 'valid' },
    });
  });

  it('never show a secret of what was read', () => {
    const shown = inspect([...ownItems, ...sharedItems], { depth: 9 }) + JSON.stringify([...ownItems, ...sharedItems]);
    const secrets = truth.flatMap(({ secret }) => (secret === null ? [] : [secret]));
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
  });
});

describe('the users of Keycloak', () => {
  const exported = readKeycloakExport(JSON.parse(readLegacy('keycloak-users.json')));
  const items = (exported?.users ?? []).flatMap((user) => readKeycloakUser(user, keys));

  it.each(truth.filter(({ keycloak_user }) => keycloak_user !== undefined))('give their key of $provider', (expected) => {
    expectTruth(
      items.find(({ reference }) => reference === `users/${expected.keycloak_user}/byok_${expected.provider}_key`),
      expected,
    );
  });

  it('bring label, endpoint, dates and test status along', () => {
    expect(items.at(-1)).toMatchObject({
      owner: { kind: 'subject', subject: '00000000-0000-4000-8000-000100000005', name: 'byok5' },
      displayName: 'My custom key',
      publicFields: { provider: 'custom', label: 'My custom key', endpoint: 'https://llm.internal.example/v1' },
      history: { addedAt: '2025-10-06T12:00:00.000Z', lastTestedAt: '2025-10-06T13:00:00.000Z', testStatus: 'invalid' },
    });
  });

  it('need a key where their values are tokens, and none where they are not', () => {
    const plain = { id: 'u', attributes: { byok_openai_key: ['sk-in-the-clear-0000'] } };
    expect(secretOf(readKeycloakUser(plain, [])[0])).toBe('sk-in-the-clear-0000');
    const kinds = (exported?.users ?? []).flatMap((user) => readKeycloakUser(user, [])).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['no-key']));
  });

  it('are told of where an attribute has several, of which the first is taken', () => {
    const attributes = {
      byok_openai_key: ['sk-first', 'sk-second', 'sk-first', ''],
      byok_openai_label: ['Mine', 'Other'],
      byok_cohere_KEY: ['', 'co-second'],
    };
    const read = readKeycloakUser({ id: 'u', attributes }, []);
    expect(read).toMatchObject([
      {
        kind: 'found',
        reference: 'users/u/byok_openai_key',
        remarks: ['Of several values of byok_openai_label the first was taken.', 'The value was not encrypted in Keycloak.'],
        staysBecause: expect.stringContaining('only the first is imported'),
      },
      { kind: 'skipped', reference: 'users/u/byok_openai_key#2', sentence: expect.stringContaining('value 2 of the attribute') },
      { kind: 'empty', reference: 'users/u/byok_cohere_KEY' },
      { kind: 'skipped', reference: 'users/u/byok_cohere_KEY#2' },
    ]);
    expect(secretOf(read[0])).toBe('sk-first');
    const twice = readKeycloakUser({ id: 'u', attributes: { byok_openai_key: ['sk-first', 'sk-first'] } }, []);
    expect(twice).toEqual([expect.not.objectContaining({ staysBecause: expect.anything() })]);
  });

  it('are told of whatever their capitals, and where no key stands beside an attribute', () => {
    const user = {
      id: 'u',
      attributes: { byok_OpenAI_key: ['sk-in-the-clear-0000'], byok_OpenAI_label: ['Mine'], byok_cohere_label: ['Left'] },
    };
    expect(readKeycloakUser(user, [])).toMatchObject([
      { kind: 'found', reference: 'users/u/byok_OpenAI_key', service: 'openai', publicFields: { provider: 'openai', label: 'Mine' } },
      { kind: 'skipped', reference: 'users/u/byok_cohere_label', sentence: 'There is no byok_cohere_key beside it.' },
    ]);
  });
});

describe('the .env file', () => {
  const items = readEnvFile(readLegacy('env.auth'), { fileName: 'env.auth' });

  it.each(truth.filter(({ env }) => env !== undefined))('gives $env', (expected) => {
    expectTruth(
      items.find(({ reference }) => reference === expected.env),
      expected,
    );
  });

  it('accounts for every variable', () => {
    expect(Object.fromEntries(items.map(({ reference, kind }) => [reference, kind]))).toEqual({
      CLOUDFLARE_API_TOKEN: 'found',
      CLOUDFLARE_ACCOUNT_ID: 'skipped',
      CLOUDFLARE_API_BASE_URL: 'skipped',
      NAMECHEAP_API_USERNAME: 'skipped',
      NAMECHEAP_API_KEY: 'found',
      NAMECHEAP_USERNAME: 'skipped',
      NAMECHEAP_CLIENT_IP: 'skipped',
      NAMECHEAP_SANDBOX: 'skipped',
    });
  });

  it('tells of every line of a variable that is given several times, and takes the last one as dotenv does', () => {
    const lines = ['HF_TOKEN=hf_first', 'PORT=1', 'HF_TOKEN=hf_last', 'OPENAI_API_KEY=sk-same', 'OPENAI_API_KEY="sk-same"', 'PORT=2'];
    const read = readEnvFile(lines.join('\n'), { fileName: '.env' });
    expect(read).toMatchObject([
      { kind: 'skipped', reference: 'HF_TOKEN (line 1)', sentence: expect.stringContaining('Line 3 gives HF_TOKEN another value') },
      { kind: 'skipped', reference: 'PORT (line 2)', sentence: expect.stringContaining('Line 6 gives PORT another value') },
      { kind: 'found', reference: 'HF_TOKEN', staysBecause: expect.stringContaining('only the last one is imported') },
      { kind: 'skipped', reference: 'OPENAI_API_KEY (line 4)', sentence: 'Line 5 gives OPENAI_API_KEY the same value again.' },
      { kind: 'found', reference: 'OPENAI_API_KEY' },
      { kind: 'skipped', reference: 'PORT' },
    ]);
    expect([secretOf(read[2]), secretOf(read[4]), read[4]]).toEqual([
      'hf_last',
      'sk-same',
      expect.not.objectContaining({ staysBecause: expect.anything() }),
    ]);
    expect(JSON.stringify(read)).not.toMatch(/hf_first|hf_last|sk-same/);
  });

  it('takes an assignment of nothing for no value', () => {
    const lines = ['HF_TOKEN=', 'HF_TOKEN=hf_only', 'CO_API_KEY=co-lost', 'CO_API_KEY='];
    const read = readEnvFile(lines.join('\n'), { fileName: '.env' });
    expect(read).toMatchObject([
      { kind: 'skipped', reference: 'HF_TOKEN (line 1)', sentence: 'The variable is empty here; line 2 gives it a value.' },
      { kind: 'found', reference: 'HF_TOKEN' },
      { kind: 'skipped', reference: 'CO_API_KEY (line 3)', sentence: expect.stringContaining('Line 4 leaves CO_API_KEY empty') },
      { kind: 'empty', reference: 'CO_API_KEY' },
    ]);
    expect(read[1]).toEqual(expect.not.objectContaining({ staysBecause: expect.anything() }));
  });

  it('puts public variables beside their secret', () => {
    expect(items.find(({ reference }) => reference === 'NAMECHEAP_API_KEY')).toMatchObject({
      publicFields: { apiUser: 'SkyBehind', userName: 'SkyBehind', clientIp: '203.0.113.10', sandbox: 'false' },
    });
  });
});
