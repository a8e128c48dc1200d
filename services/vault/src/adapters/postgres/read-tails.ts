import type { Client } from 'pg';
import { EVENT_COLUMNS, type EventRow } from './events-table.ts';

/** The events of streams after the versions given, in order, by stream. One statement, whose plan only looks up indexes. */
export const readTails = async (client: Client, after: ReadonlyMap<string, number>): Promise<Map<string, EventRow[]>> => {
  const { rows } = await client.query<EventRow>({
    name: 'tails',
    text: `SELECT ${EVENT_COLUMNS} FROM unnest($1::text[], $2::int[]) w (stream, after)
           JOIN streams s ON s.stream = w.stream AND s.version > w.after JOIN events e ON e.position = s.position`,
    values: [[...after.keys()], [...after.values()]],
  });
  return Map.groupBy(
    rows.sort((a, b) => Number(a.position) - Number(b.position)),
    (row) => row.stream,
  );
};
