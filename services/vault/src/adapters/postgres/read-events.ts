import type { Client, Pool } from 'pg';
import type { Recorded } from '@keyturn/contracts/events';
import { EVENT_COLUMNS, type EventRow, toRecorded } from './events-table.ts';

/** Events after a position, in order. Named: its connection plans by index, so that the plan stays right while the log grows. */
export const readEvents = async (client: Client, after: number, limit: number): Promise<Recorded[]> => {
  const { rows } = await client.query<EventRow>({
    name: 'events-after',
    text: `SELECT ${EVENT_COLUMNS} FROM events e WHERE e.position > $1 ORDER BY e.position LIMIT $2`,
    values: [after, limit],
  });
  return rows.map(toRecorded);
};

/** The ciphertext of each of these events, or null. Named, as above. */
export const readSealed = async (client: Client, positions: readonly number[]): Promise<(Uint8Array | null)[]> => {
  const { rows } = await client.query<{ position: string; sealed: Buffer | null }>({
    name: 'sealed',
    text: 'SELECT position, sealed FROM events WHERE position = ANY ($1::bigint[])',
    values: [[...new Set(positions)]],
  });
  const found = new Map(rows.map(({ position, sealed }) => [Number(position), sealed]));
  return positions.map((position) => found.get(position) ?? null);
};

/** The last event's position and hash; position 0 while the log is empty. */
export const readHead = async (pool: Pool): Promise<{ readonly position: number; readonly hash?: string }> => {
  const { rows } = await pool.query<{ position: string; hash: string }>('SELECT position, hash FROM events ORDER BY position DESC LIMIT 1');
  return rows[0] ? { position: Number(rows[0].position), hash: rows[0].hash } : { position: 0 };
};
