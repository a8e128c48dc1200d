import { createHash, randomBytes } from 'node:crypto';
import { startCloudflare } from '@keyturn/provider-simulators';
import { stat } from 'node:fs/promises';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { createDatabase, type Database } from '@keyturn/dev-stack';
import { legacyKeys, legacyTruth, makeFernetToken, readLegacy } from '@keyturn/imports/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { ask, CREDENTIALS } from './support/ask.ts';
import { allCredentials, expectNothingPrinted, importRuns, isHeld, reportOf, rowOf, viewOf } from './support/import-runs.ts';
import { type KillingProxy, killingProxy } from './support/killing-proxy.ts';
import { printed } from './support/run-cli.ts';

const { gatewayUrl, databaseUrl, oidcIssuer, tokens } = inject('stack').endpoints;
const { inDir, secretFile, keyturn } = importRuns();
const truth = legacyTruth();

let database: Database;

const query = async (url: string, statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement, values)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};

beforeAll(async () => {
  database = await createDatabase(databaseUrl, 'ops');
  await query(database.url, readLegacy('ops-center.sql'));
  await secretFile('database-url', database.url);
});
afterAll(() => database?.drop());

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
    const iso = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    return query(
      database.url,
      `SELECT 'encrypted_credentials/' || id AS reference, ${iso('encrypted_at')} AS added, ${iso('updated_at')} AS updated, NULL AS last_used, NULL AS test_status
         FROM encrypted_credentials WHERE id NOT IN (20, 21)
       UNION ALL
       SELECT 'service_credentials/' || id, ${iso('created_at')}, ${iso('updated_at')}, ${iso('last_used')}, test_status FROM service_credentials`,
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
      const { addedAt, updatedAt, lastUsedAt, testStatus } = (await viewOf(rowOf(report, reference))).origin ?? {};
      const known = { addedAt: row['added'], updatedAt: row['updated'], lastUsedAt: row['last_used'], testStatus: row['test_status'] };
      expect({ reference, addedAt, updatedAt, lastUsedAt: lastUsedAt ?? null, testStatus: testStatus ?? null }).toEqual({
        reference,
        ...known,
      });
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

  it('keeps no Fernet token, in no table of the vault, neither in a text nor in bytes', async () => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    onTestFinished(() => client.end());
    const own = `relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`;
    const { rows } = await client.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE ${own} ORDER BY 1`);
    const tablesWith = async (text: string): Promise<string[]> => {
      const values = [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`]; // bytea prints as hex
      const found: string[] = [];
      for (const table of [...rows.map(({ name }) => name), 'control']) {
        const { rowCount } = await client.query(`SELECT 1 FROM ${table} t WHERE t::text LIKE ANY ($1) LIMIT 1`, [values]);
        if (rowCount !== 0) found.push(table);
      }
      return found;
    };
    await client.query('BEGIN');
    await client.query('CREATE TEMP TABLE control (sealed bytea) ON COMMIT DROP');
    expect(await tablesWith('gAAAAA')).toEqual([]);
    expect(await tablesWith('ops/service_credentials/3')).toEqual(expect.arrayContaining(['credentials', 'events']));
    await client.query(`INSERT INTO control VALUES (convert_to('a gAAAAA control', 'UTF8'))`);
    await client.query(`INSERT INTO commands VALUES ('control', 'control', '{"token":"gAAAAA"}', now())`);
    expect(await tablesWith('gAAAAA')).toEqual(['commands', 'control']);
    await client.query('ROLLBACK');
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
      [2, ['import', 'fernet', '--key-file', inDir('keys')], { PGSERVICE: 'ops' }], // a file of services is read by nobody
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
    expect(json).toHaveLength(((await ask(`${CREDENTIALS}?limit=1`)).json as { total: number }).total);
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
    expectNothingPrinted(['sk-not-a-fernet-key-but-secret', 'pw-canary-0001']);
  });
});
