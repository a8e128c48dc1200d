import type { Pool } from 'pg';
import type { LogRow } from '@keyturn/contracts/queries';
import type { LogTable } from '../../ports/log-table.ts';
import { EVENT_COLUMNS, type EventRow } from './events-table.ts';

/** Of the stored texts; as a part of a message's JSON they may come to twice that, and NATS carries 1 MiB. */
const PAGE_BYTES = 256 * 1024;

/** Nothing so long was ever published: who made a row so long doesn't stop the walk with it, for what is left of it has another hash. */
const MAX_TEXT_BYTES = 450 * 1024;
const fitted = (text: string): string => (Buffer.byteLength(JSON.stringify(text)) > MAX_TEXT_BYTES ? '' : text);

const toLogRow = (row: EventRow): LogRow => ({
  position: Number(row.position),
  stream: row.stream,
  version: row.version,
  type: row.type,
  data: fitted(row.data),
  meta: fitted(row.meta),
  recordedAt: row.recorded_at,
  sealedHash: row.sealed_hash,
  prevHash: row.prev_hash,
  hash: row.hash,
});

const bytesOf = ({ data, meta }: EventRow): number => Buffer.byteLength(data) + Buffer.byteLength(meta);

/** As many from the first on as fit; the first always does. */
const fitting = (rows: readonly EventRow[]): readonly EventRow[] => {
  let bytes = 0;
  const tooMany = rows.findIndex((row, index) => (bytes += bytesOf(row)) > PAGE_BYTES && index > 0);
  return tooMany === -1 ? rows : rows.slice(0, tooMany);
};

export const postgresLogTable = (pool: Pick<Pool, 'query'>): LogTable => ({
  page: async (after, limit) => {
    const sql = `SELECT ${EVENT_COLUMNS} FROM events e WHERE e.position > $1 ORDER BY e.position LIMIT $2`;
    const { rows } = await pool.query<EventRow>(sql, [after, limit]);
    return fitting(rows).map(toLogRow);
  },
});
