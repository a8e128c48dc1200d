import { Client } from 'pg';
import type { Sensitive } from '@keyturn/kernel';
import { GENESIS } from '../../log/hash-event.ts';
import { type BackupLine, COPIED_TABLES, FORMAT, FORMAT_VERSION, type Header } from '../../backup/backup-line.ts';
import { iso } from './iso.ts';

/** Rows fetched at once: with the largest values still only some megabytes. */
const FETCH = 200;

/** One line of a backup, as the database made it. */
export type SnapshotLine = { readonly kind: BackupLine['kind']; readonly text: string };

/** The database as it stood at one moment. */
export type Snapshot = {
  readonly header: Header;
  /** The KEKs on which something hangs. */
  readonly kekIds: readonly string[];
  /** Everything but header, KEKs and trailer, in a backup's order; read as it is taken. */
  lines(): AsyncGenerator<SnapshotLine>;
};

const ENCODED = (column: string): string => `encode(${column}, 'base64')`;

/** Each answers one column `line`: the whole line as JSON, made by the server. */
const QUERIES: readonly { readonly kind: BackupLine['kind']; readonly text: string }[] = [
  {
    kind: 'identity',
    text: `SELECT 'identity' AS kind, ${ENCODED('public_key')} AS "publicKey", kek_id AS "kekId", ${ENCODED('wrapped_private')} AS wrapped,
             ${iso('created_at')} AS "createdAt" FROM vault_identity`,
  },
  {
    kind: 'sealing-key',
    text: `SELECT 'sealing-key' AS kind, key_id AS "keyId", ${ENCODED('public_key')} AS "publicKey", kek_id AS "kekId",
             ${ENCODED('wrapped_private')} AS wrapped, ${iso('created_at')} AS "createdAt", ${iso('expires_at')} AS "expiresAt"
           FROM sealing_keys ORDER BY key_id`,
  },
  {
    kind: 'event',
    text: `SELECT 'event' AS kind, position, stream, version, type, data, meta, recorded_at AS "recordedAt", ${ENCODED('sealed')} AS sealed,
             sealed_hash AS "sealedHash", prev_hash AS "prevHash", hash FROM events ORDER BY position`,
  },
  {
    kind: 'dek',
    text: `SELECT 'dek' AS kind, credential_id AS "credentialId", version, kek_id AS "kekId", ${ENCODED('wrapped')} AS wrapped
           FROM wrapped_deks ORDER BY credential_id, version`,
  },
  ...COPIED_TABLES.map((table) => ({
    kind: 'row' as const,
    text: `SELECT 'row' AS kind, '${table}' AS "table", row_to_json(t) AS "row" FROM ${table} t`,
  })),
];

async function* cursor(client: Client, { kind, text }: (typeof QUERIES)[number]): AsyncGenerator<SnapshotLine> {
  await client.query(`DECLARE backup NO SCROLL CURSOR FOR SELECT row_to_json(line)::text AS line FROM (${text}) line`);
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${FETCH} FROM backup`);
    for (const { line } of rows) yield { kind, text: line };
    if (rows.length < FETCH) break;
  }
  await client.query('CLOSE backup');
}

const readHeader = async (client: Client): Promise<Header> => {
  const { rows } = await client.query<{ incarnation: number; now: string; position: string | null; hash: string | null }>(
    `SELECT i.incarnation, ${iso('now()')} AS now, h.position, h.hash FROM incarnation i
     LEFT JOIN LATERAL (SELECT position, hash FROM events ORDER BY position DESC LIMIT 1) h ON true`,
  );
  const row = rows[0];
  if (!row) throw new Error('the log has no incarnation');
  const head = { position: Number(row.position ?? 0), hash: row.hash ?? GENESIS };
  return { kind: 'header', format: FORMAT, formatVersion: FORMAT_VERSION, createdAt: row.now, incarnation: row.incarnation, head };
};

const readKekIds = async (client: Client): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>(
    'SELECT kek_id AS id FROM wrapped_deks UNION SELECT kek_id FROM vault_identity UNION SELECT kek_id FROM sealing_keys ORDER BY 1',
  );
  return rows.map(({ id }) => id);
};

/**
 * Opens one read-only transaction that sees one moment while writes go on, and gives it to `use`. The service's role is enough. Its time
 * limits are lifted for this session: a backup takes as long as the disk does.
 */
export const withSnapshot = async <T>(url: Sensitive<string>, use: (snapshot: Snapshot) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url.reveal(), application_name: 'keyturn-backup', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET timezone = 'UTC'");
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const header = await readHeader(client);
    const kekIds = await readKekIds(client);
    return await use({
      header,
      kekIds,
      lines: async function* () {
        for (const query of QUERIES) yield* cursor(client, query);
      },
    });
  } finally {
    await client.end();
  }
};
