import type { Client } from 'pg';
import { intArray, jsonArray, textArray } from './array-literals.ts';

/** An event as its row has it: the exact texts that were hashed. */
export type InsertedEvent = {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: string;
  readonly meta: string;
  readonly recordedAt: string;
  readonly sealed: Uint8Array | null;
  readonly sealedHash: string | null;
  readonly prevHash: string;
  readonly hash: string;
};

/** Adds events to the log and to their streams, in one statement. */
export const insertEvents = (client: Client, events: readonly InsertedEvent[]): Promise<unknown> =>
  client.query({
    name: 'insert-events',
    text: `WITH recorded AS (
             INSERT INTO events (position, stream, version, type, data, meta, recorded_at, sealed, sealed_hash, prev_hash, hash)
             SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[],
                                  $9::text[], $10::text[], $11::text[])
             RETURNING stream, version, position)
           INSERT INTO streams (stream, version, position) SELECT stream, version, position FROM recorded`,
    values: [
      intArray(events.map((event) => event.position)),
      textArray(events.map((event) => event.stream)),
      intArray(events.map((event) => event.version)),
      textArray(events.map((event) => event.type)),
      jsonArray(events.map((event) => event.data)),
      jsonArray(events.map((event) => event.meta)),
      textArray(events.map((event) => event.recordedAt)),
      events.map((event) => (event.sealed ? Buffer.from(event.sealed) : null)),
      textArray(events.map((event) => event.sealedHash)),
      textArray(events.map((event) => event.prevHash)),
      textArray(events.map((event) => event.hash)),
    ],
  });
