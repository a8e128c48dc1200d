import type { Client } from 'pg';
import type { Recorded } from '@keyturn/contracts/events';
import { EVENT_COLUMNS, type EventRow, toRecorded } from './events-table.ts';

/** The events of streams after the versions given, in order, by stream. One statement, whose plan only looks up indexes. */
export const readTails = async (client: Client, after: ReadonlyMap<string, number>): Promise<Map<string, Recorded[]>> => {
  const { rows } = await client.query<EventRow>({
    name: 'tails',
    text: `SELECT ${EVENT_COLUMNS} FROM unnest($1::text[], $2::int[]) w (stream, after)
           JOIN streams s ON s.stream = w.stream AND s.version > w.after JOIN events e ON e.position = s.position`,
    values: [[...after.keys()], [...after.values()]],
  });
  return Map.groupBy(
    rows.map(toRecorded).sort((a, b) => a.position - b.position),
    (event) => event.stream,
  );
};
