import { Client } from 'pg';
import type { BareEvent, Worked } from './work.ts';

/** The tables that a staged version touches, without what guards them or is looked up in them. */
const TABLES = `
  CREATE TABLE bare_events (position bigint PRIMARY KEY, stream text, version int, type text, data text, meta text, recorded_at text,
                            sealed bytea, sealed_hash text, prev_hash text, hash text);
  CREATE TABLE bare_streams (stream text, version int, position bigint, PRIMARY KEY (stream, version));
  CREATE TABLE bare_commands (command_id text PRIMARY KEY, fingerprint text, verdict text, recorded_at timestamptz);
  CREATE TABLE bare_deks (credential_id text, version int, kek_id text, wrapped bytea, PRIMARY KEY (credential_id, version));
  CREATE TABLE bare_upkeep (credential_id text PRIMARY KEY, body jsonb, changed_at text) WITH (fillfactor = 50);
  SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan`;

/** About what the narrow row of a credential holds. */
const BODY = { pending: 'x'.repeat(300) } as const;

const texts = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : JSON.stringify(value))).join(',')}}`;
const integers = (values: readonly number[]): string => `{${values.join(',')}}`;

const insertEvents = (client: Client, events: readonly BareEvent[]): Promise<unknown> =>
  client.query({
    name: 'events',
    text: `WITH recorded AS (
             INSERT INTO bare_events SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[],
                                                          $8::bytea[], $9::text[], $10::text[], $11::text[])
             RETURNING stream, version, position)
           INSERT INTO bare_streams SELECT stream, version, position FROM recorded`,
    values: [
      integers(events.map((event) => event.position)),
      texts(events.map((event) => event.stream)),
      integers(events.map((event) => event.version)),
      texts(events.map((event) => event.type)),
      texts(events.map((event) => event.data)),
      texts(events.map((event) => event.meta)),
      texts(events.map((event) => event.recordedAt)),
      events.map((event) => event.sealed),
      texts(events.map((event) => event.sealedHash)),
      texts(events.map((event) => event.prevHash)),
      texts(events.map((event) => event.hash)),
    ],
  });

const insertOthers = (client: Client, batch: readonly Worked[], now: string): Promise<unknown>[] => {
  const ids = texts(batch.map(({ command }) => command.data.credentialId));
  return [
    client.query({
      name: 'commands',
      text: 'INSERT INTO bare_commands SELECT id, print, verdict, $4 FROM unnest($1::text[], $2::text[], $3::text[]) c (id, print, verdict)',
      values: [
        texts(batch.map(({ command }) => command.commandId)),
        texts(batch.map(({ fingerprint }) => fingerprint)),
        texts(batch.map(() => '{"ok":{}}')),
        now,
      ],
    }),
    client.query({
      name: 'deks',
      text: 'INSERT INTO bare_deks SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::bytea[])',
      values: [
        ids,
        integers(batch.map(({ command }) => command.data.version)),
        texts(batch.map(() => 'kek')),
        batch.map(({ wrapped }) => wrapped),
      ],
    }),
    client.query({
      name: 'upkeep',
      text: `INSERT INTO bare_upkeep SELECT id, body, $3 FROM ROWS FROM (unnest($1::text[]), jsonb_array_elements($2::jsonb)) u (id, body)
             ON CONFLICT (credential_id) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at`,
      values: [ids, JSON.stringify(batch.map(({ command }) => ({ version: command.data.version, ...BODY }))), now],
    }),
  ];
};

export type BareStore = {
  /** Writes a batch in one transaction and one write to the socket, and answers when it is durable. */
  write(batch: readonly Worked[], events: readonly BareEvent[], now: string): Promise<void>;
  close(): Promise<void>;
};

/** One pipelined connection, on which batches follow each other. */
export const openBareStore = async (databaseUrl: string): Promise<BareStore> => {
  const client = new Client({ connectionString: databaseUrl, pipeline: true });
  await client.connect();
  await client.query(TABLES);
  const { stream } = client.connection;
  return {
    write: async (batch, events, now) => {
      stream.cork();
      const statements = [client.query('BEGIN'), insertEvents(client, events), ...insertOthers(client, batch, now), client.query('COMMIT')];
      stream.uncork();
      await Promise.all(statements);
    },
    close: () => client.end(),
  };
};
