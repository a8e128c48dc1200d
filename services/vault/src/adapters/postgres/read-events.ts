import type { Pool } from 'pg';
import type { Recorded } from '@keyturn/contracts/events';
import { EVENT_COLUMNS, type EventRow, toRecorded } from './events-table.ts';

// None of these is a named (prepared) statement: a plan kept from when the tables were small would scan them once they have grown.

/** Events after a position, in order. */
export const readEvents = async (pool: Pool, after: number, limit: number): Promise<Recorded[]> => {
  const { rows } = await pool.query<EventRow>({
    text: `SELECT ${EVENT_COLUMNS} FROM events e WHERE e.position > $1 ORDER BY e.position LIMIT $2`,
    values: [after, limit],
  });
  return rows.map(toRecorded);
};

/** One stream's events after a version, in order. */
export const readStream = async (pool: Pool, stream: string, after: number): Promise<Recorded[]> => {
  const { rows } = await pool.query<EventRow>({
    text: `SELECT ${EVENT_COLUMNS} FROM streams s JOIN events e ON e.position = s.position
           WHERE s.stream = $1 AND s.version > $2 ORDER BY s.version`,
    values: [stream, after],
  });
  return rows.map(toRecorded);
};

/** The ciphertext of one event, or null. */
export const readSealed = async (pool: Pool, position: number): Promise<Uint8Array | null> => {
  const { rows } = await pool.query<{ sealed: Buffer | null }>('SELECT sealed FROM events WHERE position = $1', [position]);
  return rows[0]?.sealed ?? null;
};

/** The last event's position and hash; position 0 while the log is empty. */
export const readHead = async (pool: Pool): Promise<{ readonly position: number; readonly hash?: string }> => {
  const { rows } = await pool.query<{ position: string; hash: string }>('SELECT position, hash FROM events ORDER BY position DESC LIMIT 1');
  return rows[0] ? { position: Number(rows[0].position), hash: rows[0].hash } : { position: 0 };
};
