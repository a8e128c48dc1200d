import { type Client, escapeIdentifier } from 'pg';
import type { Recorded } from '@keyturn/contracts/events';
import type { Sensitive } from '@keyturn/kernel';
import type { EventLine, LineOf } from '../../backup/backup-line.ts';
import type { WrappedKey } from '../../ports/key-wrapper.ts';
import { asOwner } from './as-owner.ts';
import { iso } from './iso.ts';
import { insertDeks } from './insert-deks.ts';
import { insertEvents } from './insert-events.ts';
import { PARTITIONS_AHEAD } from './migrate.ts';
import { APPEND_LOCK } from './read-facts.ts';
import { rebuildProjections } from './rebuild-projections.ts';
import { toRecorded } from './events-table.ts';
import { readTails } from './read-tails.ts';
import { refuseUnlessEmpty } from './refuse-unless-empty.ts';

/** Positions after which partitions are made ahead: less than those that are kept ready hold. */
const PARTITIONS_EVERY = 500_000;

type Wrapped<Line> = Omit<Line, keyof WrappedKey> & WrappedKey;

/** An empty database, and the one transaction that fills it. */
export type RestoreTarget = {
  insertEvents(events: readonly EventLine[]): Promise<void>;
  insertIdentity(identity: Wrapped<LineOf<'identity'>>): Promise<void>;
  insertSealingKey(key: Wrapped<LineOf<'sealing-key'>>): Promise<void>;
  insertDeks(deks: readonly Wrapped<LineOf<'dek'>>[]): Promise<void>;
  /** Rows of one table, all with the same columns. */
  copyRows(table: LineOf<'row'>['table'], rows: readonly LineOf<'row'>['row'][]): Promise<void>;
  countWraps(kekId: string, wraps: number): Promise<void>;
  streamEvents(stream: string): Promise<readonly Recorded[]>;
  now(): Promise<string>;
  /** Rebuilds what the log tells; answers the live versions without a data key, of which there must be none. */
  rebuild(): Promise<{ readonly credentials: number; readonly missingDeks: number }>;
  openIncarnation(incarnation: number): Promise<void>;
};

const restoreEvents = async (client: Client, events: readonly EventLine[]): Promise<void> => {
  const last = events.at(-1);
  if (!last) return;
  if (Math.floor(last.position / PARTITIONS_EVERY) > Math.floor((last.position - events.length) / PARTITIONS_EVERY)) {
    await client.query('SELECT ensure_partitions($1)', [PARTITIONS_AHEAD]);
  }
  await insertEvents(client, events);
};

const copyRows = async (client: Client, table: string, rows: readonly LineOf<'row'>['row'][]): Promise<void> => {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).map(escapeIdentifier).join(', ');
  await client.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json)`, [
    JSON.stringify(rows),
  ]);
};

const rebuild = async (client: Client): ReturnType<RestoreTarget['rebuild']> => {
  await rebuildProjections(client, await readNow(client));
  const { rows } = await client.query<{ credentials: number; missing: number }>(
    `SELECT (SELECT count(*) FROM credentials)::int AS credentials, (
       SELECT count(*) FROM credential_upkeep u CROSS JOIN jsonb_array_elements_text(u.body->'live') v (version)
       WHERE NOT EXISTS (SELECT 1 FROM wrapped_deks d WHERE d.credential_id = u.credential_id AND d.version = v.version::int))::int AS missing`,
  );
  return { credentials: rows[0]?.credentials ?? 0, missingDeks: rows[0]?.missing ?? 0 };
};

const readNow = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ now: string }>(`SELECT ${iso('clock_timestamp()')} AS now`);
  return rows[0]?.now ?? '';
};

const targetOn = (client: Client): RestoreTarget => ({
  insertEvents: (events) => restoreEvents(client, events),
  insertIdentity: async ({ publicKey, kekId, wrapped, createdAt }) => {
    await client.query('INSERT INTO vault_identity (public_key, kek_id, wrapped_private, created_at) VALUES ($1, $2, $3, $4)', [
      publicKey,
      kekId,
      Buffer.from(wrapped),
      createdAt,
    ]);
  },
  insertSealingKey: async ({ keyId, publicKey, kekId, wrapped, createdAt, expiresAt }) => {
    await client.query(
      'INSERT INTO sealing_keys (key_id, public_key, kek_id, wrapped_private, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [keyId, publicKey, kekId, Buffer.from(wrapped), createdAt, expiresAt],
    );
  },
  insertDeks: async (deks) => {
    await insertDeks(client, deks);
  },
  copyRows: (table, rows) => copyRows(client, table, rows),
  countWraps: async (kekId, wraps) => {
    await client.query(
      'INSERT INTO kek_wraps (kek_id, wraps) VALUES ($1, $2) ON CONFLICT (kek_id) DO UPDATE SET wraps = kek_wraps.wraps + excluded.wraps',
      [kekId, wraps],
    );
  },
  streamEvents: async (stream) => (await readTails(client, new Map([[stream, 0]]))).get(stream)?.map(toRecorded) ?? [],
  now: () => readNow(client),
  rebuild: () => rebuild(client),
  openIncarnation: async (incarnation) => {
    await client.query('UPDATE incarnation SET incarnation = $1', [incarnation]);
  },
});

const asRestorer = <T>(ownerUrl: Sensitive<string>, work: (client: Client) => Promise<T>): Promise<T> =>
  asOwner(ownerUrl, 'keyturn-restore', work);

/** Refuses (`BackupUnfit`) a database that holds anything, before it is migrated. Changes nothing. */
export const refuseFilledTarget = (ownerUrl: Sensitive<string>): Promise<void> => asRestorer(ownerUrl, refuseUnlessEmpty);

/**
 * Gives `fill` an empty database in one transaction, under the append lock, and commits once it is done. Refuses (`BackupUnfit`) a database
 * that holds anything. If `fill` throws, nothing was changed.
 */
export const restoreInto = <T>(ownerUrl: Sensitive<string>, fill: (target: RestoreTarget) => Promise<T>): Promise<T> =>
  asRestorer(ownerUrl, async (client) => {
    await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(${APPEND_LOCK})`);
    await refuseUnlessEmpty(client);
    const filled = await fill(targetOn(client));
    await client.query('COMMIT');
    return filled;
  });
