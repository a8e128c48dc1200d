import { Client, escapeIdentifier } from 'pg';
import { z } from 'zod';
import type { Evidence } from './evidence.ts';
import type { EvidenceName } from './places.ts';

const Tables = z.array(z.object({ schema: z.string(), name: z.string() }));
const Rows = z.array(z.array(z.string().nullable()));
const BYTEA = /^\\x(?:[0-9a-f]{2})+$/u;

const asText = { getTypeParser: () => (value: string | Buffer) => value.toString() };

/** Writes down every column of every row of every table, the system's own included: roles' verifiers, settings, comments, statistics. */
export const dumpDatabase = async (url: string, name: EvidenceName, evidence: Evidence): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT nspname AS schema, relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
       WHERE relkind IN ('r', 'm') AND nspname <> 'pg_toast' ORDER BY 1, 2`,
    );
    for (const table of Tables.parse(rows)) {
      const text = `SELECT * FROM ${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`;
      const dumped = await client.query({ text, rowMode: 'array', types: asText });
      evidence.add(name, table.name, ...Rows.parse(dumped.rows).flat().flatMap(valueAndBytes));
    }
  } finally {
    await client.end();
  }
};

/** A bytea also as the bytes that it holds: something compressed in it is to be opened. */
const valueAndBytes = (value: string | null): (string | Uint8Array)[] => {
  if (value === null || value === '') return [];
  return BYTEA.test(value) ? [value, Buffer.from(value.slice(2), 'hex')] : [value];
};
