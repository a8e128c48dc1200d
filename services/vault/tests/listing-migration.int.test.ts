import { readFile } from 'node:fs/promises';
import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { Client } from 'pg';
import { ListCredentials } from '@keyturn/contracts/queries';
import { expect, inject, it } from 'vitest';
import { vaultPool } from '../src/adapters/postgres/vault-pool.ts';
import { listCredentials } from '../src/adapters/postgres/list-credentials.ts';

const migration = (name: string): Promise<string> =>
  readFile(new URL(`../src/adapters/postgres/migrations/${name}.sql`, import.meta.url), 'utf8');

/** A row as it was written before there were details. */
const OLD_BODY = {
  credentialId: '01997a3e-0000-7000-8000-000000000001',
  address: 'system.postgres.orders',
  credentialType: 'database_password',
  displayName: 'Orders',
  current: 1,
  generation: 1,
  masks: { password: '••••••' },
  publicFields: {},
  openEpoch: null,
  lastRotatedAt: null,
  updatedAt: '2026-02-01T00:00:00.000000Z',
};

it('lists a credential that was registered before the list had its columns', async () => {
  const admin = new Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  const name = `migration_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  const pool = vaultPool({ url: new Sensitive(url.href), logger: silentLogger, max: 2 });
  try {
    await pool.query(await migration('0001_event_log'));
    await pool.query(await migration('0002_vault_tables'));
    await pool.query('SELECT ensure_partitions(1)');
    const stream = `credential-${OLD_BODY.credentialId}`;
    const facts = [
      ['credential.registered', {}, '2026-01-01T00:00:00.000000Z'],
      ['credential.rotated', { to: 1, untested: 'import' }, '2026-01-01T00:00:00.000000Z'],
    ] as const;
    for (const [index, [type, data, at]] of facts.entries()) {
      await pool.query(
        `INSERT INTO events (position, stream, version, type, data, meta, recorded_at, prev_hash, hash) VALUES ($1::int, $2, $1::int, $3, $4, '{}', $5, '', '')`,
        [index + 1, stream, type, JSON.stringify(data), at],
      );
      await pool.query('INSERT INTO streams (stream, version, position) VALUES ($1, $2::int, $2::int)', [stream, index + 1]);
    }
    await pool.query(`INSERT INTO credentials VALUES ($1, $2, 'database_password', 'registered', NULL, 1, now(), $3)`, [
      OLD_BODY.credentialId,
      OLD_BODY.address,
      JSON.stringify(OLD_BODY),
    ]);
    await pool.query(await migration('0004_listing'));
    await pool.query(await migration('0031_words'));
    const page = await listCredentials(pool, ListCredentials.parse({ search: 'ORDERS', sort: 'created', untested: true }));
    expect(page.items).toEqual([
      {
        ...OLD_BODY,
        isDefault: false,
        status: 'active',
        labels: {},
        tags: [],
        owner: null,
        expiresAt: null,
        origin: null,
        untested: 'import',
        registeredAt: '2026-01-01T00:00:00.000000Z',
        recheck: null,
        refused: null,
        attention: null,
      },
    ]);
  } finally {
    await pool.end();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
});
