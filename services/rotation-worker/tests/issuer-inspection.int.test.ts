import { randomBytes } from 'node:crypto';
import type { Errand } from '@keyturn/contracts/queries';
import { ok, systemClock } from '@keyturn/kernel';
import { adapterOf, chosenRotation } from '@keyturn/providers';
import { postgresProvider } from '@keyturn/providers/postgres';
import { silentLogger } from '@keyturn/telemetry';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { expect, inject, it, onTestFinished } from 'vitest';
import { memoryVault } from '../src/adapters/memory/memory-vault.ts';
import { doErrand } from '../src/errands/do-errand.ts';
import type { ErrandVerdict } from '../src/ports/errands.ts';
import { databasesAnywhere } from './support/databases-anywhere.ts';
import { recordOf } from './support/logins.ts';

// A test at a real Postgres looks at the issuer, too, and prints the statement that an administrator runs.

const credentialId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
const issuerId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b0f';
const address = 'system.postgres.orders';

const superuser = async (): Promise<Client> => {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

it('An issuer that may not change the role is found out, with the exact GRANT; once that was run, it lacks nothing for a rotation', async () => {
  const admin = await superuser();
  const [old, issuer] = [`orders_${randomBytes(5).toString('hex')}`, `issuer_${randomBytes(5).toString('hex')}`].map((name) =>
    recordOf(name, `password-of-${name}`),
  );
  if (!old || !issuer) throw new Error('there are two of them');
  for (const [{ username, password }, may] of [[old, ''] as const, [issuer, 'CREATEROLE'] as const])
    await admin.query(`CREATE ROLE ${escapeIdentifier(username)} LOGIN ${may} PASSWORD ${escapeLiteral(password)}`);

  const { password: _secret, ...publicFields } = old;
  const owner = { username: old.username };
  const errand: Errand = {
    kind: 'test',
    credentialId,
    address,
    credentialType: 'database_password',
    version: 1,
    incarnation: 1,
    epoch: 0,
    fenceVersion: 2,
    publicFields,
    issuer: { issuerId, owner },
  };
  const test = async (): Promise<ErrandVerdict | undefined> => {
    const verdicts: ErrandVerdict[] = [];
    const at = postgresProvider(databasesAnywhere);
    await doErrand(
      {
        vault: memoryVault({ credentialId, address, issuer, old, clock: systemClock }),
        providers: { database_password: chosenRotation(at) },
        adapters: { database_password: adapterOf(at) },
        log: silentLogger,
        errands: {
          list: async () => [errand],
          recordTested: async (_errand, verdict) => (verdicts.push(verdict), ok(undefined)),
          recordRevoked: async () => ok(undefined),
        },
      },
      errand,
    );
    return verdicts[0];
  };
  const lacksOf = (verdict: ErrandVerdict | undefined) =>
    verdict?.issuer?.lacks.filter(({ needed }) => needed === 'rotation').map(({ statement }) => statement);

  const first = await test();
  const grant = `GRANT "${old.username}" TO "${issuer.username}" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`;
  expect(first).toMatchObject({ verdict: 'valid', issuer: { issuerId } });
  expect(lacksOf(first)).toEqual([grant]);
  expect(JSON.stringify(first)).not.toContain('password-of-');
  await admin.query(grant);
  expect(lacksOf(await test())).toEqual([]);
});
