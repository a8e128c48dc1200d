import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { Sensitive } from '@keyturn/kernel';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { pruneCommands } from '../src/adapters/postgres/prune-commands.ts';
import { verifyChain } from '../src/log/verify-chain.ts';
import type { CommandLog } from '../src/ports/command-log.ts';
import { readAll } from '../src/testing/describe-command-log.ts';
import { tallied, tally, tallyJob } from '../src/testing/tally.ts';
import { type TestLog, testLog } from './test-log.ts';

describe('the database of the log', () => {
  let database: TestLog;
  let log: CommandLog;
  beforeAll(async () => {
    database = await testLog();
    log = database.openLog();
    for (const id of ['1', '2', '3']) await log.submit(tally, tallyJob({ commandId: id, stream: 's', claims: 'system.test.s' }));
  });
  afterAll(() => database.dispose());

  it.each([
    'UPDATE events SET data = data',
    'DELETE FROM events',
    'TRUNCATE events',
    'UPDATE events_000000 SET data = data',
    'DELETE FROM events_000000',
    'TRUNCATE events_000000',
    'INSERT INTO events_000000 SELECT * FROM events',
    'UPDATE streams SET version = version + 1',
    'DELETE FROM streams',
    'TRUNCATE streams',
    'UPDATE commands SET verdict = verdict',
    'TRUNCATE commands',
    'UPDATE incarnation SET incarnation = 2',
    'UPDATE migrations SET checksum = $$x$$',
    'ALTER TABLE events ADD COLUMN x int',
    'DROP TABLE events',
    'DROP TABLE events_000000',
    'CREATE TABLE mine (x int)',
    'CREATE TEMPORARY TABLE mine (x int)',
    'CREATE SCHEMA mine',
    'CREATE ROLE mine',
    'ALTER TABLE events DISABLE TRIGGER ALL',
    'SET session_replication_role = replica',
  ])('lets the service role not: %s', async (statement) => {
    const outcome = await database.pool.query(statement).then(
      () => 'done',
      (error: unknown) => (error as { code?: string }).code,
    );
    expect(outcome).toBe('42501');
  });

  it('gives nothing away when the service role grants', async () => {
    await database.pool.query('GRANT UPDATE, DELETE ON events TO PUBLIC, CURRENT_USER');
    const [row] = await database.sql(`SELECT has_table_privilege($1, 'events', 'UPDATE, DELETE') AS may`, [database.role]);
    expect(row).toEqual({ may: false });
  });

  it('refuses a second event at one version of a stream, whatever the batcher does', async () => {
    const insert = database.pool.query('INSERT INTO streams (stream, version, position) VALUES ($1, $2, $3)', ['s', 1, 99]);
    await expect(insert).rejects.toMatchObject({ code: '23505' });
  });

  it('is convicted by its chain when a superuser edits an event', async () => {
    const client = await database.session();
    await client.query('BEGIN');
    await client.query(`UPDATE events SET data = replace(data, 'held', 'hold') WHERE position = 2`);
    const { rows } = await client.query<{ data: string }>('SELECT data FROM events WHERE position = 2');
    await client.query('COMMIT');
    expect(rows[0]?.data).toContain('hold');
    expect(verifyChain(await readAll(log))).toEqual({ ok: false, position: 2, broken: 'hash' });
    await client.query(`UPDATE events SET data = replace(data, 'hold', 'held') WHERE position = 2`);
    expect(verifyChain(await readAll(log))).toMatchObject({ ok: true });
  });

  it('keeps the text that was hashed', async () => {
    const [row] = await database.sql<{ data: string; recorded_at: string }>('SELECT data, recorded_at FROM events WHERE position = 1');
    expect(row?.data).toBe(
      '{"address":"system.test.s","credentialId":"00000000-0000-7000-8000-000000000000","kind":"issued-not-committed","providerId":"held","version":1}',
    );
    expect(row?.recorded_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('runs migrations once, also when two come at once', async () => {
    const options = { ownerUrl: new Sensitive(database.ownerUrl), service: { name: database.role } };
    expect(await Promise.all([migrate(options), migrate(options)])).toEqual([[], []]);
  });

  it('refuses to start on a migration that was edited after it ran', async () => {
    const [row] = await database.sql<{ checksum: string }>(`SELECT checksum FROM migrations WHERE name = '0001_event_log.sql'`);
    await database.sql(`UPDATE migrations SET checksum = 'other' WHERE name = '0001_event_log.sql'`);
    const options = { ownerUrl: new Sensitive(database.ownerUrl), service: { name: database.role } };
    await expect(migrate(options)).rejects.toThrow('0001_event_log.sql was edited');
    await database.sql(`UPDATE migrations SET checksum = $1 WHERE name = '0001_event_log.sql'`, [row?.checksum]);
  });

  it('logs the service in only with its password, kept as a verifier', async () => {
    const [row] = await database.sql<{ verifier: string }>('SELECT rolpassword AS verifier FROM pg_authid WHERE rolname = $1', [
      database.role,
    ]);
    expect(row?.verifier).toMatch(/^SCRAM-SHA-256\$4096:/);
    const client = new Client({ connectionString: database.url.reveal() });
    await client.connect();
    const { rows } = await client.query('SHOW idle_in_transaction_session_timeout');
    await client.end();
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '2s' }]);
  });

  it('forgets verdicts after seven days and not before', async () => {
    await database.sql(`INSERT INTO commands VALUES ('old', 'f', '{}', now() - interval '7 days 1 minute')`);
    expect(await pruneCommands(database.pool)).toBe(1);
    expect(await log.submit(tally, tallyJob({ commandId: '1', stream: 's' }))).toMatchObject({ repeated: true });
  });

  it('writes the rows that belong to the events in the same transaction', async () => {
    const wrapped = new Uint8Array([1, 2]);
    const hold = { kind: 'lease-holds', consumer: 'orders', instance: 'a', credentialId: 'c', version: 1, generation: 1 } as const;
    const write = (commandId: string, writes: Parameters<typeof tallyJob>[0]['writes']) =>
      log.submit(tally, tallyJob({ commandId, stream: 'w', events: [tallied('system.test.w')], ...(writes ? { writes } : {}) }));
    await Promise.all([
      write('w1', [{ kind: 'wrapped-dek', credentialId: 'c', version: 1, kekId: 'k', wrapped }]),
      write('w2', [{ ...hold, seq: 5, nonce: 'n5' }]),
      write('w3', [{ ...hold, seq: 4, nonce: 'n4' }]),
    ]);
    expect(await database.sql('SELECT kek_id, wrapped FROM wrapped_deks')).toEqual([{ kek_id: 'k', wrapped: Buffer.from(wrapped) }]);
    expect(await database.sql('SELECT seq, ended FROM leases')).toEqual([{ seq: '5', ended: null }]);
    expect(await database.sql('SELECT nonce, fetched_seq FROM lease_holds')).toEqual([{ nonce: 'n4', fetched_seq: '4' }]);
    await write('w4', [{ kind: 'shred-dek', credentialId: 'c', version: 1 }]);
    expect(await database.sql('SELECT 1 FROM wrapped_deks')).toEqual([]);
    expect(await database.sql(`SELECT address, body FROM credentials WHERE credential_id = 'w'`)).toEqual([
      { address: 'system.test.w', body: { count: 4 } },
    ]);
  });

  it('goes on into the next partition, made ahead by the service itself', async () => {
    const [head] = await database.sql<{ hash: string }>('SELECT hash FROM events ORDER BY position DESC LIMIT 1');
    await database.sql(
      `INSERT INTO events SELECT 2999999, 'far', 1, 't', '{}', meta, recorded_at, NULL, NULL, $1, $1 FROM events WHERE position = 1`,
      [head?.hash],
    );
    await log.submit(tally, tallyJob({ commandId: 'far', stream: 's' }));
    const found = await log.read(2_999_999, 5);
    expect(found.map((event) => event.position)).toEqual([3_000_000]);
    await expect
      .poll(() => database.sql(`SELECT count(*)::int AS partitions FROM pg_inherits WHERE inhparent = 'events'::regclass`))
      .toEqual([{ partitions: 7 }]);
  });
});
