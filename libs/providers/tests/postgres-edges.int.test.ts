import { createServer, type AddressInfo } from 'node:net';
import { Sensitive } from '@keyturn/kernel';
import { escapeIdentifier } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { generatePassword } from '../src/index.ts';
import { postgresProvider } from '../src/postgres/index.ts';
import { anywhere } from './support/databases-at.ts';
import { accepted, fenceOf, postgres, refused } from './support/rotation.ts';
import { createSampleDatabase, dropSampleDatabase, run, superuser, type SampleDatabase } from './support/sample-database.ts';
import { tapWire } from './support/wiretap.ts';

let sample: SampleDatabase;
beforeAll(async () => {
  sample = await createSampleDatabase();
});
afterAll(() => dropSampleDatabase(sample));

/** A port on which nothing listens, or on which somebody accepts and stays silent. */
const openPort = async (kind: 'closed' | 'silent') => {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (kind === 'closed') await new Promise<void>((resolve) => server.close(() => resolve()));
  else onTestFinished(() => void server.close());
  return port;
};

/** An issuer to which the server repeats every line of its log that it causes. */
const loggedIssuer = async () => {
  const username = `${sample.owner}-logged`;
  await run(
    superuser(),
    `CREATE ROLE ${escapeIdentifier(username)} SUPERUSER LOGIN PASSWORD 'logged'`,
    `ALTER ROLE ${escapeIdentifier(username)} SET log_statement TO 'all'`,
    `ALTER ROLE ${escapeIdentifier(username)} SET client_min_messages TO 'log'`,
  );
  onTestFinished(async () => void (await run(superuser(), `DROP ROLE ${escapeIdentifier(username)}`)));
  return { ...superuser(), username, password: new Sensitive('logged') };
};

describe('what travels to the server', () => {
  it('is the verifier, never the password: not in the log with all statements, nor in the login that tests it', async () => {
    const tap = await tapWire(sample.first);
    onTestFinished(tap.close);
    const over = { port: tap.port, host: '127.0.0.1', sslmode: 'disable' } as const;
    const issuer = { ...(await loggedIssuer()), ...over };
    const fields = { ...sample.first, ...over, username: `${sample.owner}_kt1`, password: generatePassword() };
    await accepted(postgres.apply({ issuer, fence: fenceOf('wiretapped', 1, 2), owner: sample.owner, fields }));
    expect(await postgres.test({ fields, owner: sample.owner })).toMatchObject({ verdict: 'valid' });
    await run(issuer, `ALTER ROLE ${escapeIdentifier(fields.username)} PASSWORD 'planted-control'`);

    const log = tap.answered();
    expect(log).toMatch(/statement: CREATE ROLE [^\0]+ PASSWORD 'SCRAM-SHA-256\$4096:/u);
    expect(log).toContain(`PASSWORD 'planted-control'`);
    const password = fields.password.reveal();
    for (const shape of ['utf8', 'base64', 'hex', 'base64url'] as const)
      expect(tap.sent() + log).not.toContain(Buffer.from(password).toString(shape));
  });

  it('is stored by the server exactly as a password set in clear would be', async () => {
    const fields = { ...sample.first, username: `${sample.owner}_kt2`, password: new Sensitive('caf\u00E9 \u00A0 "\'$') };
    await accepted(postgres.apply({ issuer: superuser(), fence: fenceOf('stored', 1, 2), owner: sample.owner, fields }));
    expect(
      await run(superuser(), `select rolpassword ~ '^SCRAM-SHA-256[$]4096:' as scram from pg_authid where rolname = '${fields.username}'`),
    ).toEqual([{ scram: true }]);
    expect(await postgres.test({ fields, owner: sample.owner })).toMatchObject({ verdict: 'valid' });
  });
});

describe('a login that is tested', () => {
  it('has the row of its query made, and not sent, however large it is', async () => {
    const tap = await tapWire(sample.first);
    onTestFinished(tap.close);
    const over = { port: tap.port, host: '127.0.0.1', sslmode: 'disable' } as const;
    const test = (testQuery: string) => postgres.test({ fields: { ...sample.first, ...over, testQuery } });
    expect(await test(`select repeat('x', 20000000) as large`)).toMatchObject({ verdict: 'valid' });
    expect(tap.answered().length).toBeLessThan(20_000);
    expect(await test(`select 1 / (select 0 from pg_sleep(0))`)).toMatchObject({ verdict: 'forbidden', sqlState: '22012' });
  });

  it('is valid with its value, and says where', async () => {
    const verdict = await postgres.test({ fields: sample.first });
    expect(verdict).toMatchObject({ verdict: 'valid' });
    expect(verdict.sentence).toContain(`${sample.first.host}:${sample.first.port}`);
  });

  it('is invalid with another password, which the sentence does not hold', async () => {
    const verdict = await postgres.test({ fields: { ...sample.first, password: new Sensitive('a-wrong-one') } });
    expect(verdict).toMatchObject({ verdict: 'invalid', sqlState: '28P01' });
    expect(JSON.stringify(verdict)).not.toContain('a-wrong-one');
  });

  it('is forbidden where the database does not exist', async () =>
    expect(await postgres.test({ fields: { ...sample.first, database: 'nowhere' } })).toMatchObject({
      verdict: 'forbidden',
      sqlState: '3D000',
    }));

  it('is forbidden where it may not connect to the database', async () => {
    const username = `${sample.owner}-stranger`;
    await run(superuser(), `CREATE ROLE ${escapeIdentifier(username)} LOGIN PASSWORD 'stranger'`);
    const fields = { ...sample.first, username, password: new Sensitive('stranger') };
    expect(await postgres.test({ fields })).toMatchObject({ verdict: 'forbidden', sqlState: '42501' });
    expect(await postgres.isDead(fields)).toMatchObject({ state: 'unknown' });
  });

  it('is forbidden where it works but does not act for the owner', async () =>
    expect(await postgres.test({ fields: sample.first, owner: 'somebody-else' })).toMatchObject({ verdict: 'forbidden' }));

  it('is unreachable where TLS is demanded of a server that offers none', async () =>
    expect(await postgres.test({ fields: { ...sample.first, sslmode: 'require' } })).toMatchObject({ verdict: 'unreachable' }));
});

describe('a provider that is down', () => {
  const impatient = postgresProvider({ connectTimeoutMs: 250, statementTimeoutMs: 250, egress: anywhere });

  it.each(['closed', 'silent'] as const)('is unreachable and says nothing about the value (%s port)', async (kind) => {
    const fields = { ...sample.first, port: await openPort(kind) };
    expect(await impatient.test({ fields })).toMatchObject({ verdict: 'unreachable' });
    expect(await impatient.isDead(fields)).toMatchObject({ state: 'unknown' });
    const change = { issuer: { ...superuser(), port: fields.port }, fence: fenceOf('down', 1, 1), username: sample.owner };
    expect(await refused(impatient.denyLogins(change))).toMatchObject({ code: 'provider-unreachable' });
    expect(await refused(impatient.apply({ ...change, owner: sample.owner, fields }))).toMatchObject({ code: 'provider-unreachable' });
  });

  it('is unreachable where the host name is unknown', async () =>
    expect(await impatient.test({ fields: { ...sample.first, host: 'no-such-host.invalid' } })).toMatchObject({ verdict: 'unreachable' }));
});
