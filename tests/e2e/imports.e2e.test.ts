import { createHash, randomBytes } from 'node:crypto';
import { startCloudflare } from '@keyturn/provider-simulators';
import { chmod, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CredentialView } from '@keyturn/contracts/api';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { createDatabase, type Database } from '@keyturn/dev-stack';
import { legacyKeys, legacyPath, legacyTruth, makeFernetToken, readLegacy } from '@keyturn/imports/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { ask, credentialPath, CREDENTIALS } from './support/ask.ts';
import { type KillingProxy, killingProxy } from './support/killing-proxy.ts';
import { type CliOptions, type CliRun, printed, runCli } from './support/run-cli.ts';

const { gatewayUrl, databaseUrl, oidcIssuer, tokens } = inject('stack').endpoints;
const truth = legacyTruth();

type Row = { reference: string; status: string; address?: string; credentialId?: string; retired?: string; sentences: string[] };
type Report = { rows: Row[]; counts: Record<string, number>; failed: number; blanked: number; next: string[] };

let dir: string;
let database: Database;
const inDir = (name: string): string => join(dir, name);

const secretFile = async (name: string, text: string): Promise<string> => {
  await writeFile(inDir(name), text, { mode: 0o600 });
  return inDir(name);
};
const query = async (url: string, statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement, values)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};
const keyturn = (args: readonly string[], { env = {}, ...options }: CliOptions = {}): Promise<CliRun> =>
  runCli(args, {
    env: { KEYTURN_URL: gatewayUrl, KEYTURN_TOKEN_FILE: inDir('token'), KEYTURN_KNOWN_VAULTS: inDir('known-vaults.json'), ...env },
    ...options,
  });
const reportOf = ({ out, err }: CliRun): Report => {
  expect(out, `stderr: ${err}`).toMatch(/^\{/);
  return JSON.parse(out) as Report;
};
const rowOf = (report: Report, reference: string): Row => {
  const row = report.rows.find((each) => each.reference === reference);
  if (!row) throw new Error(`no row ${reference}`);
  return row;
};
const allCredentials = async (): Promise<{ credentialId: string; address: string; isDefault: boolean }[]> =>
  ((await ask(`${CREDENTIALS}?limit=200`)).json as { items: { credentialId: string; address: string; isDefault: boolean }[] }).items;
const viewOf = async ({ credentialId = '' }: Row): Promise<CredentialView> =>
  CredentialView.parse((await ask(credentialPath(credentialId))).json);
/** Does the vault hold this very value as the main secret? */
const isHeld = async (row: Row, secret: string): Promise<boolean> => {
  const [field = ''] = Object.keys((await viewOf(row)).masks);
  const body = { version: 1, secretFields: { [field]: secret } };
  return ((await ask(`${credentialPath(row.credentialId ?? '')}/verify-value`, { method: 'POST', body })).json as { equal: boolean }).equal;
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'keyturn-imports-'));
  await secretFile('token', `${tokens.admin}\n`);
  await secretFile('keys', `# an older one first\n${randomBytes(32).toString('base64url')}=\n${readLegacy('ENCRYPTION_KEY')}\n`);
  database = await createDatabase(databaseUrl, 'ops');
  await query(database.url, readLegacy('ops-center.sql'));
  await secretFile('database-url', database.url);
});
afterAll(async () => {
  await database?.drop();
  await rm(dir, { recursive: true, force: true });
});

describe('keyturn import fernet', () => {
  const command = (...more: string[]): string[] =>
    ['import', 'fernet', '--json', '--database-url-file', inDir('database-url'), '--key-file', inDir('keys'), '--source', 'ops'].concat(
      more,
    );
  const tokensLeft = async (): Promise<number> => {
    const both = 'SELECT encrypted_value FROM encrypted_credentials UNION ALL SELECT encrypted_value FROM service_credentials';
    return (await query(database.url, `SELECT 1 FROM (${both}) t WHERE encrypted_value <> ''`)).length;
  };
  const good = truth.filter(({ kind, id, table }) => kind === 'ok' && (id !== undefined || table !== undefined));
  /** What the older system knew of each good row, by its own word. */
  const knownOfRows = (): Promise<Record<string, unknown>[]> => {
    const iso = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`;
    return query(
      database.url,
      `SELECT 'encrypted_credentials/' || id AS reference, ${iso('encrypted_at')} AS added, NULL AS last_used, NULL AS test_status
         FROM encrypted_credentials WHERE id NOT IN (20, 21)
       UNION ALL
       SELECT 'service_credentials/' || id, ${iso('created_at')}, ${iso('last_used')}, test_status FROM service_credentials`,
    );
  };

  it('says in a dry run what would happen, and changes nothing', async () => {
    const before = await allCredentials();
    const run = await keyturn(command('--dry-run', '--retire'));
    const report = reportOf(run);
    expect(report.counts).toEqual({ 'would-import': good.length, corrupt: 1, 'wrong-key': 1 });
    expect(run.code).toBe(8);
    expect(await allCredentials()).toEqual(before);
    expect(await tokensLeft()).toBe(24);
  });

  it('goes on where it was killed', async () => {
    let kill: () => void = () => undefined;
    const proxy: KillingProxy = await killingProxy(gatewayUrl, 5, () => kill());
    const killed = await keyturn(command(), { env: { KEYTURN_URL: proxy.url }, onStart: (end) => (kill = end) });
    await proxy.stop();
    expect([killed.code, killed.out]).toEqual([null, '']);
    const run = await keyturn(command());
    const report = reportOf(run);
    expect(run.code).toBe(8);
    const { imported = 0, 'already-there': there = 0 } = report.counts;
    expect([imported + there, there >= 5, imported > 0]).toEqual([good.length, true, true]);
    expect(rowOf(report, 'encrypted_credentials/21').status).toBe('corrupt');
    expect(rowOf(report, 'encrypted_credentials/20').status).toBe('wrong-key');
  });

  it('has brought every good value, exactly, with what was known of it', async () => {
    const report = reportOf(await keyturn(command()));
    expect(report.counts).toEqual({ 'already-there': good.length, corrupt: 1, 'wrong-key': 1 });
    for (const [index, { id, secret }] of good.entries()) {
      const reference = id === undefined ? `service_credentials/${index - good.length + 4}` : `encrypted_credentials/${id}`;
      expect(await isHeld(rowOf(report, reference), secret ?? ''), `the value of ${reference}`).toBe(true);
    }
    const rows = await knownOfRows();
    expect(rows).toHaveLength(good.length);
    for (const row of rows) {
      const reference = String(row['reference']);
      const { addedAt, lastUsedAt, testStatus } = (await viewOf(rowOf(report, reference))).origin ?? {};
      const known = { addedAt: row['added'], lastUsedAt: row['last_used'], testStatus: row['test_status'] };
      expect({ reference, addedAt, lastUsedAt: lastUsedAt ?? null, testStatus: testStatus ?? null }).toEqual({ reference, ...known });
    }
    const [first, second] = ['service_credentials/1', 'service_credentials/3'].map((reference) => rowOf(report, reference));
    expect([first?.address, second?.address]).toEqual(['system.cloudflare.api-token', 'system.cloudflare.api-token-3']);
    expect(await viewOf(second!)).toMatchObject({
      isDefault: true,
      untested: 'import',
      origin: { reference: 'ops/service_credentials/3', lastUsedAt: '2025-10-05T12:00:00.000Z', testStatus: 'valid' },
    });
    expect(rowOf(report, 'encrypted_credentials/3').address).toBe(`${legacyUserScope('user-0000')}.openai.user-api-key`);
  });

  it('takes the database from PG* variables as well, and the text for people is as good', async () => {
    const { hostname, port, username, password, pathname } = new URL(database.url);
    const pg = {
      PGHOST: hostname,
      PGPORT: port,
      PGUSER: username,
      PGPASSWORD: decodeURIComponent(password),
      PGDATABASE: pathname.slice(1),
    };
    const run = await keyturn(['import', 'fernet', '--key-file', inDir('keys'), '--source', 'ops'], { env: pg });
    expect([run.code, run.out]).toEqual([8, expect.stringMatching(/24 rows: 22 already there, 1 wrong key, 1 corrupt\.\n$/)]);
    expect((await stat(inDir('known-vaults.json'))).mode & 0o777).toBe(0o600);
  });

  it('keeps no Fernet token', async () => {
    expect(await query(databaseUrl, `SELECT 1 FROM events WHERE events::text LIKE '%gAAAAA%' LIMIT 1`)).toEqual([]);
    expect(await query(databaseUrl, `SELECT 1 FROM credentials WHERE credentials::text LIKE '%gAAAAA%' LIMIT 1`)).toEqual([]);
  });

  it('retires what the vault shows to hold, and nothing else', async () => {
    const [key] = legacyKeys();
    const token = makeFernetToken(key!, { iv: randomBytes(16), now: new Date(), text: 'bpia84yrnbubhowc8fjoworowd8s7ba2' });
    await query(database.url, 'UPDATE encrypted_credentials SET encrypted_value = $1 WHERE id = 2', [token]);
    const run = await keyturn(command('--retire'));
    const report = reportOf(run);
    expect([run.code, report.blanked]).toEqual([8, good.length - 1]);
    expect(rowOf(report, 'encrypted_credentials/2')).toMatchObject({ status: 'differs' });
    const left = await query(database.url, `SELECT id FROM encrypted_credentials WHERE encrypted_value <> '' ORDER BY id`);
    expect(left).toEqual([{ id: 2 }, { id: 20 }, { id: 21 }]);
    expect(await tokensLeft()).toBe(3);
    const again = reportOf(await keyturn(command('--retire')));
    expect(again.counts).toEqual({ 'already-there': good.length - 1, differs: 1, corrupt: 1, 'wrong-key': 1 });
  });
});

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

  it('retires into a copy beside the export, and says what to do in Keycloak', async () => {
    const before = await readFile(path(), 'utf8');
    const run = await keyturn(command('--retire'));
    const report = reportOf(run);
    expect([run.code, report.blanked]).toEqual([0, own.length]);
    expect(report.next.join()).toContain('Keycloak still has the keys');
    const retired = await readFile(inDir('realm.retired.json'), 'utf8');
    expect(retired).not.toMatch(/_key"|gAAAAA/);
    expect(retired).toContain('byok_openai_label');
    expect((await stat(inDir('realm.retired.json'))).mode & 0o777).toBe(0o640);
    expect(await readFile(path(), 'utf8')).toBe(before);
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
});

describe('keyturn that can’t', () => {
  it('seals nothing to a vault with another identity than the known one', async () => {
    const known = await secretFile('others.json', JSON.stringify({ [gatewayUrl]: { identity: 'A'.repeat(43), since: '' } }));
    const path = await secretFile('late.env', 'STRIPE_SECRET_KEY=sk_test_late0000000000\n');
    const run = await keyturn(['import', 'env', path], { env: { KEYTURN_KNOWN_VAULTS: known } });
    expect([run.code, run.out, run.err]).toEqual([9, '', expect.stringContaining('nothing was sent. [untrusted]')]);
    expect((await allCredentials()).some(({ address }) => address === 'system.stripe.late-env')).toBe(false);
  });

  it('ends with the code of the table, and one sentence', async () => {
    const auditor = await secretFile('auditor', tokens.auditor);
    const path = await secretFile('other.env', 'OPENAI_API_KEY=sk-other-0123456789abcdef\n');
    const badKeys = await secretFile('bad-keys', 'sk-not-a-fernet-key-but-secret\n');
    const badUrl = await secretFile('bad-url', 'postgres://ops:pw-canary-0001@127.0.0.1:1/ops');
    const fernet = ['import', 'fernet', '--key-file', inDir('keys'), '--database-url-file'];
    const tried: [number, string[], NodeJS.ProcessEnv?][] = [
      [4, ['import', 'env', path], { KEYTURN_TOKEN_FILE: auditor }],
      [4, ['credentials', 'list'], { KEYTURN_TOKEN_FILE: badKeys }],
      [2, ['import', 'fernet', '--database-url-file', inDir('database-url'), '--key-file', badKeys]],
      [2, ['credentials', 'list', `--token=${tokens.admin}`]],
      [3, [...fernet, badUrl]],
      [5, ['credentials', 'show', 'system.nothing.here']],
      [7, ['import', 'env', inDir('nowhere.env')]],
    ];
    for (const [code, args, env = {}] of tried) {
      const run = await keyturn(args, { env });
      expect([run.code, run.out], `${args.join(' ')}: ${run.err}`).toEqual([code, '']);
      expect(run.err).toMatch(/keyturn: .* \[[a-z-]+\]\n$/);
    }
  });
});

describe('the other commands', () => {
  it('register from standard input, show masked, and export without any part of a value', async () => {
    const secret = `cf${createHash('sha256').update(tokens.admin).digest('hex')}`;
    const cloudflare = await startCloudflare(new Map([[secret, { status: 'active', zones: [] }]]));
    onTestFinished(() => cloudflare.close());
    const about = ['--type', 'cloudflare_api_token', '--display-name', '=1+1', '--field', `apiBaseUrl=${cloudflare.url}`];
    const names = ['--service', 'Cloudflare', '--name', 'From Stdin', ...about];
    const made = await keyturn(['credentials', 'register', ...names, '--secret-file', '-'], { input: `${secret}\n` });
    expect([made.code, made.out]).toEqual([0, expect.stringContaining('system.cloudflare.from-stdin')]);
    expect((await keyturn(['credentials', 'show', 'system.cloudflare.from-stdin'])).out).toContain(`${secret.slice(0, 4)}...`);
    const csv = (await keyturn(['export', '--format', 'csv'])).out;
    expect(csv.split('\r\n').find((line) => line.startsWith('system.cloudflare.from-stdin'))).toContain(`,'=1+1,`);
    const json = JSON.parse((await keyturn(['export'])).out) as unknown[];
    expect(json).toHaveLength((await allCredentials()).length);
    expect(csv + JSON.stringify(json)).not.toMatch(/\.\.\.|••/);
    expect(printed.join('\n')).not.toContain(secret);
  });

  it('rotate, register consumers, and say who a user of an older system is', async () => {
    const { credentialId } = inject('stack');
    const unmanaged = await keyturn(['credentials', 'rotate', 'system.postgres.orders-issuer', '--json']);
    expect([unmanaged.code, unmanaged.out, unmanaged.err]).toEqual([6, '', expect.stringContaining('"code":"issuer-missing"')]);
    const consumer = await keyturn([
      'consumers',
      'register',
      'cli-consumer',
      '--read',
      'system.cloudflare.*',
      '--ack',
      'system.cloudflare.*',
    ]);
    expect([consumer.code, consumer.out]).toEqual([0, 'Registered cli-consumer with 2 grants.\n']);
    const held = await keyturn(['consumers', 'list', credentialId, '--json']);
    expect(JSON.parse(held.out)).toMatchObject({ items: [{ consumer: 'orders' }, { consumer: 'orders' }] });
    const mapped = await keyturn(['legacy-users', 'map', 'cli-user', '--subject', 'ada', '--issuer', oidcIssuer]);
    expect([mapped.code, mapped.out]).toEqual([0, expect.stringContaining(userScope(oidcIssuer, 'ada'))]);
    expect((await keyturn(['legacy-users', 'show', 'cli-user'])).out).toBe(mapped.out);
  });

  it('print no secret and no token, whatever happened above', () => {
    const everything = printed.join('\n');
    const fernet = readLegacy('ops-center.sql').match(/gAAAA[\w=-]+/g) ?? [];
    const secrets = [
      ...truth.flatMap(({ secret }) => (secret === null ? [] : [secret, JSON.stringify(secret).slice(1, -1)])),
      ...fernet,
      ...Object.values(tokens),
      readLegacy('ENCRYPTION_KEY'),
      'sk-not-a-fernet-key-but-secret',
      'pw-canary-0001',
    ];
    expect(everything.length).toBeGreaterThan(10_000);
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  });
});
