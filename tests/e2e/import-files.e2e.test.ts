import { chmod, copyFile, readFile, stat } from 'node:fs/promises';
import { userScope } from '@keyturn/contracts/scopes';
import { legacyPath, legacyTruth, readLegacy } from '@keyturn/imports/testing';
import { describe, expect, inject, it } from 'vitest';
import { ask, CREDENTIALS } from './support/ask.ts';
import { expectNothingPrinted, importRuns, isHeld, reportOf, rowOf, viewOf } from './support/import-runs.ts';

const { oidcIssuer } = inject('stack').endpoints;
const { inDir, secretFile, keyturn } = importRuns();
const truth = legacyTruth();

describe('keyturn import keycloak', () => {
  const path = (): string => inDir('realm.json');
  const command = (...more: string[]): string[] =>
    ['import', 'keycloak', path(), '--json', '--issuer', oidcIssuer, '--key-file', inDir('keys')].concat(more);
  const own = truth.filter(({ keycloak_user }) => keycloak_user !== undefined);
  type LegacyUser = { readonly id: string; readonly username: string; readonly attributes: Readonly<Record<string, string[]>> };
  const users = JSON.parse(readLegacy('keycloak-users.json')) as LegacyUser[];

  it('brings users’ own keys to their scopes, with label, endpoint and dates', async () => {
    await copyFile(legacyPath('keycloak-users.json'), path());
    await chmod(path(), 0o640);
    expect(reportOf(await keyturn(command('--dry-run'))).counts).toEqual({ 'would-import': own.length });
    expect(reportOf(await keyturn(command())).counts).toEqual({ imported: own.length });
    const run = await keyturn(command());
    const report = reportOf(run);
    expect([run.code, report.counts]).toEqual([0, { 'already-there': own.length }]);
    for (const { keycloak_user: user = '', provider = '', secret } of own) {
      const row = rowOf(report, `users/${user}/byok_${provider}_key`);
      expect(row.address).toBe(`${userScope(oidcIssuer, user)}.${provider}.my-${provider}-key`);
      expect(await isHeld(row, secret ?? ''), `the key of ${provider}`).toBe(true);
      const known = users.find(({ id }) => id === user);
      const said = (what: string): string | undefined => known?.attributes[`byok_${provider}_${what}`]?.[0];
      const endpoint = said('endpoint');
      expect(await viewOf(row), `of ${provider}`).toMatchObject({
        displayName: said('label'),
        owner: known?.username,
        publicFields: { provider, ...(endpoint === undefined ? {} : { endpoint }) },
        origin: { addedAt: `${said('added_date')}.000Z`, lastTestedAt: `${said('last_tested')}.000Z`, testStatus: said('test_status') },
      });
    }
    expect(own.filter(({ provider }) => provider === 'custom')).toHaveLength(1); // the one with an endpoint
  });

  it('blanks in the export what the vault holds, and says what to do in Keycloak', async () => {
    const before = await readFile(path(), 'utf8');
    const run = await keyturn(command('--retire'));
    const report = reportOf(run);
    expect([run.code, report.blanked]).toEqual([0, own.length]);
    expect(report.rows.filter(({ retired }) => retired === 'blanked')).toHaveLength(own.length);
    expect(report.next.join()).toContain('Keycloak itself still has the keys');
    const expected = before.replace(/("byok_[a-z]+_key": \[\s*)"[^"]*"/g, '$1""');
    expect(expected).not.toBe(before);
    expect(await readFile(path(), 'utf8')).toBe(expected);
    expect((await stat(path())).mode & 0o777).toBe(0o640);
    const again = await keyturn(command('--retire'));
    expect([again.code, reportOf(again).counts, reportOf(again).blanked]).toEqual([0, { 'already-there': own.length }, 0]);
  });
});

describe('keyturn import keycloak of a whole realm', () => {
  it('reads its users, and --retire blanks their keys and leaves all else of the realm as it was', async () => {
    const users = (JSON.parse(readLegacy('keycloak-users.json')) as { attributes: object }[]).map((user) => ({
      ...user,
      realmRoles: ['default-roles-main'],
      attributes: { ...user.attributes, phone: ['+49 30 0000'] },
    }));
    const realm = {
      id: 'b3a2',
      realm: 'main',
      enabled: true,
      roles: { realm: [{ name: 'default-roles-main' }] },
      users,
      clients: [{ clientId: 'account', secret: null }],
    };
    const path = await secretFile('main-realm.json', JSON.stringify(realm));
    const run = await keyturn(['import', 'keycloak', path, '--json', '--issuer', oidcIssuer, '--key-file', inDir('keys'), '--retire']);
    const report = reportOf(run);
    const keys = users.flatMap(({ attributes }) => Object.keys(attributes).filter((name) => name.endsWith('_key')));
    expect([run.code, report.counts, report.blanked]).toEqual([0, { 'already-there': keys.length }, keys.length]);
    const blank = ([name, values]: [string, unknown]) => [name, name.endsWith('_key') ? [''] : values];
    const blanked = users.map((user) => ({ ...user, attributes: Object.fromEntries(Object.entries(user.attributes).map(blank)) }));
    expect(await readFile(path, 'utf8')).toBe(JSON.stringify({ ...realm, users: blanked }));
  });

  it('says so where a file is no export', async () => {
    const path = await secretFile('no-realm.json', JSON.stringify({ realm: 'main', users: { ada: 'secret-canary-0002' } }));
    const run = await keyturn(['import', 'keycloak', path, '--issuer', oidcIssuer]);
    expect([run.code, run.out, run.err]).toEqual([7, '', expect.stringContaining('is no Keycloak export')]);
  });
});

describe('keyturn import env', () => {
  it('brings what the table knows, accounts for the rest, and blanks it in place', async () => {
    const path = inDir('env.auth');
    await copyFile(legacyPath('env.auth'), path);
    await chmod(path, 0o640);
    const run = await keyturn(['import', 'env', path, '--json', '--retire']);
    const report = reportOf(run);
    expect([run.code, report.counts, report.blanked]).toEqual([0, { imported: 2, skipped: 6 }, 2]);
    for (const { env = '', secret } of truth.filter((each) => each.env !== undefined)) {
      expect(await isHeld(rowOf(report, env), secret ?? ''), `the value of ${env}`).toBe(true);
    }
    const expected = readLegacy('env.auth').replace(/^(CLOUDFLARE_API_TOKEN|NAMECHEAP_API_KEY)=.*$/gm, '$1=');
    expect(await readFile(path, 'utf8')).toBe(expected);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    const again = await keyturn(['import', 'env', path, '--json', '--retire']);
    expect([again.code, reportOf(again).counts]).toEqual([0, { 'already-there': 2, skipped: 6 }]);
  });

  it('takes no default from another: of several it marks one only where there is none', async () => {
    const body = { publicFields: { provider: 'huggingface' }, secretFields: { apiKey: 'hf_0123456789abcdefghij' }, isDefault: true };
    const named = { service: 'huggingface', name: 'the default', credentialType: 'user_api_key', untested: 'import' };
    expect((await ask(CREDENTIALS, { method: 'POST', body: { ...named, ...body } })).status).toBe(201);
    const path = await secretFile('hf.env', 'HF_TOKEN=hf_abcdefghij0123456789\nHUGGINGFACE_API_KEY=hf_9876543210abcdefghij\n');
    const report = reportOf(await keyturn(['import', 'env', path, '--json']));
    expect(report.counts).toEqual({ imported: 2 });
    const { json } = await ask(`${CREDENTIALS}?scope=system&service=huggingface&isDefault=true`);
    expect(json).toMatchObject({ items: [{ address: 'system.huggingface.the-default' }], total: 1 });
  });

  it('never blanks a value that it did not import: a variable with several stays as it is', async () => {
    const text =
      'COHERE_API_KEY=co-first-0123456789abcdef\nREPLICATE_API_TOKEN=r8_0123456789abcdef0123\nCOHERE_API_KEY=co-last-0123456789abcdef\n';
    const path = await secretFile('twice.env', text);
    const run = await keyturn(['import', 'env', path, '--json', '--retire']);
    const report = reportOf(run);
    expect([run.code, report.counts, report.blanked]).toEqual([8, { imported: 2, skipped: 1 }, 1]);
    expect(rowOf(report, 'COHERE_API_KEY (line 1)').sentences.join()).toContain('Line 3 gives COHERE_API_KEY another value');
    expect(rowOf(report, 'COHERE_API_KEY')).toMatchObject({ retired: 'left' });
    expect(await isHeld(rowOf(report, 'COHERE_API_KEY'), 'co-last-0123456789abcdef')).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(text.replace(/^(REPLICATE_API_TOKEN=).*$/m, '$1'));
  });
});

describe('imports from files', () => {
  it('print no secret and no token, whatever happened above', () => {
    expectNothingPrinted(['secret-canary-0002', 'co-first-0123456789abcdef', 'co-last-0123456789abcdef', 'hf_abcdefghij0123456789']);
  });
});
