import { lookup } from 'node:dns';
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestReport } from '@keyturn/contracts';
import { startPostgres, type PostgresServer, waitUntil } from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import { providerAdapters } from '@keyturn/providers/adapters';
import type { Resolve } from '@keyturn/providers/http';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAuthority } from './support/certificates.ts';
import { databasesAnywhere } from './support/databases-anywhere.ts';

// A Postgres of its own that offers TLS, with the certificate of an authority that only this test knows.

const varDir = mkdtempSync(join(tmpdir(), 'keyturn-tls-'));
const authority = newAuthority('the test’s authority');
const stranger = newAuthority('a stranger’s authority');
const PASSWORD = 'the-role-s-own-Canary-4Kd9';

let server: PostgresServer;

const asSuperuser = async (...statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString: server.url, ssl: false });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
};

/** As the server wants its key: its own, and nobody else's to read. */
const give = (name: string, text: string, mode: number): void => {
  const path = join(varDir, 'postgres', name);
  writeFileSync(path, text, { mode });
  const { uid, gid } = statSync(join(varDir, 'postgres'));
  chownSync(path, uid, gid);
};

/** The server shows a certificate for this host from now on. */
const showCertificateFor = async (host: string): Promise<void> => {
  const { certificate, key } = authority.issueFor(host);
  give('server.crt', certificate, 0o644);
  give('server.key', key, 0o600);
  await asSuperuser(`alter system set ssl = on`, 'select pg_reload_conf()');
  if (!(await waitUntil(async () => (await test({ sslmode: 'require' })).verdict === 'valid', { timeoutMs: 20_000 })))
    throw new Error('the server offers no TLS');
};

/** Any name of this domain leads to the server. */
const resolve: Resolve = (hostname, options, found) =>
  hostname.endsWith('.example') ? found(null, [{ address: '127.0.0.1', family: 4 }]) : lookup(hostname, options, found);
const egress = { ...databasesAnywhere.egress, resolve };

const test = (more: Record<string, string>, statementTimeoutMs = 15_000): Promise<TestReport> => {
  const fields = { host: '127.0.0.1', port: String(server.port), database: 'postgres', username: 'orders', password: PASSWORD, ...more };
  return providerAdapters({ postgres: { statementTimeoutMs, egress } }).database_password.test(
    new Sensitive<Record<string, string>>(fields),
  );
};
const answers = (verdict: string, sentence: RegExp) => ({ verdict, sentence: expect.stringMatching(sentence) });

beforeAll(async () => {
  server = await startPostgres({ varDir });
  await asSuperuser(
    `create role orders login password '${PASSWORD}'`,
    'create table orders (id int primary key, note text)',
    'insert into orders select n, repeat(n::text, 100) from generate_series(1, 2000) n',
    'grant select, insert, update, delete on orders to orders',
    `create table secrets (value text)`,
  );
});
afterAll(async () => {
  await server?.stop();
  rmSync(varDir, { recursive: true, force: true });
});

describe('a login at a server without TLS', () => {
  it('goes without where it is only preferred, and not where it is demanded', async () => {
    expect(await test({ sslmode: 'prefer' })).toMatchObject(answers('valid', /^orders logs in to postgres at 127\.0\.0\.1:\d+ and acts/u));
    for (const sslmode of ['require', 'verify-ca', 'verify-full'])
      expect(await test({ sslmode })).toMatchObject(answers('unreachable', /it offers no TLS, and the sslmode demands it/u));
  });
});

describe('a login at a server with TLS', () => {
  beforeAll(() => showCertificateFor('127.0.0.1'));
  const root = { sslrootcert: authority.certificate };

  it.each<[string, Record<string, string>]>([
    ['where nothing is said', {}],
    ['with prefer', { sslmode: 'prefer' }],
    ['with require', { sslmode: 'require' }],
    ['with verify-ca and its authority', { sslmode: 'verify-ca', ...root }],
    ['with verify-full and its authority', { sslmode: 'verify-full', ...root }],
    ['with its authority among others', { sslmode: 'verify-full', sslrootcert: stranger.certificate + authority.certificate }],
  ])('is made over TLS %s', async (_how, more) =>
    expect(await test(more)).toMatchObject(answers('valid', / over TLS and acts for orders\.$/u)),
  );
  it('is made in the clear where TLS is switched off', async () =>
    expect(await test({ sslmode: 'disable' })).toMatchObject(answers('valid', /^(?!.*TLS)/u)));
  it.each<[string, Record<string, string>]>([
    ['the system’s authorities don’t know the certificate (verify-ca)', { sslmode: 'verify-ca' }],
    ['the system’s authorities don’t know the certificate (verify-full)', { sslmode: 'verify-full' }],
    ['another authority is trusted', { sslmode: 'verify-full', sslrootcert: stranger.certificate }],
    ['the certificate is for another host', { sslmode: 'verify-full', host: 'localhost', ...root }],
  ])('is not made where %s', async (_why, more) =>
    expect(await test(more)).toMatchObject(answers('unreachable', /its TLS certificate is not trusted for this host\.$/u)),
  );
  it('looks at the host name with verify-full only', async () =>
    expect(await test({ sslmode: 'verify-ca', host: 'localhost', ...root })).toMatchObject({ verdict: 'valid' }));
  it('goes by the host’s name where the certificate has that', async () => {
    await showCertificateFor('localhost');
    expect(await test({ sslmode: 'verify-full', host: 'localhost', ...root })).toMatchObject({ verdict: 'valid' });
    expect(await test({ sslmode: 'verify-full', ...root })).toMatchObject({ verdict: 'unreachable' });
  });
  it('goes by the name that was given, whatever address it led to', async () => {
    await showCertificateFor('db.example');
    expect(await test({ sslmode: 'verify-full', host: 'db.example', ...root })).toMatchObject(
      answers('valid', /^orders logs in to postgres at db\.example:\d+ over TLS/u),
    );
    expect(await test({ sslmode: 'verify-full', host: 'other.example', ...root })).toMatchObject(
      answers('unreachable', /its TLS certificate is not trusted for this host\.$/u),
    );
  });
  it('says which field is no certificate, and nothing of it', async () => {
    const sslrootcert = '-----BEGIN CERTIFICATE-----\nQ2FuYXJ5\n-----END CERTIFICATE-----';
    expect(await test({ sslmode: 'verify-ca', sslrootcert })).toMatchObject({
      verdict: 'unreachable',
      sentence: 'The field `sslrootcert` of the database credential is no certificate in PEM.',
    });
  });
});

describe('the credential’s own query', () => {
  it.each(['select 1', 'SELECT note FROM orders', 'values (1)', 'table orders;', 'with one as (select 1) select * from one'])(
    'is enough where it answers a row: %s',
    async (testQuery) => expect(await test({ testQuery })).toMatchObject({ verdict: 'valid' }),
  );
  it.each([
    ['no row', 'select 1 from orders where id < 0', /its test query answers no row\.$/u],
    ['what it may not read', 'select * from secrets', /it may not read what its test query asks for \(42501\)/u],
    ['what is not there', 'select * from no_such_Canary', /names something that is not there \(42P01\)/u],
    ['what can’t be computed', `select 'Canary'::int`, /^orders logs in to .* but its test query failed \(SQLSTATE 22P02\)\.$/u],
    ['a change', 'with gone as (delete from orders returning id) select * from gone', /its test query failed \(SQLSTATE 0A000\)/u],
    ['a change by a function', `select nextval(pg_get_serial_sequence('counted', 'id'))`, /would change something \(25006\)/u],
    ['two statements', 'select 1; delete from orders', /is not one statement that the server understands \(42601\)/u],
  ])('is refused with a sentence of ours where it asks for %s', async (_what, testQuery, sentence) => {
    await asSuperuser(
      'create table if not exists counted (id serial)',
      'grant select on counted to orders',
      'grant usage, update on counted_id_seq to orders',
    );
    const report = await test({ testQuery });
    expect(report).toMatchObject(answers('forbidden', sentence));
    expect(JSON.stringify(report)).not.toContain('Canary');
  });
  it('changes nothing', async () => {
    const client = new Client({ connectionString: server.url, ssl: false });
    await client.connect();
    expect((await client.query('select count(*)::int as orders from orders')).rows).toEqual([{ orders: 2000 }]);
    await client.end();
  });
  it('is ended by the server when it takes too long', async () =>
    expect(await test({ testQuery: 'select pg_sleep(60)' }, 3_000)).toMatchObject(
      answers('unreachable', /its test query took more than 2000 ms\.$/u),
    ));
});
