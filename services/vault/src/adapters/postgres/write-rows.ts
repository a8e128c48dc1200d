import type { Client } from 'pg';
import { intArray, textArray } from './array-literals.ts';
import type { RowChange } from '../../log/plan-batch.ts';
import type { CredentialRow } from '../../ports/command-log.ts';

const deleteRows = (client: Client, ids: readonly string[]): Promise<unknown> =>
  client.query({ name: 'delete-credentials', text: 'DELETE FROM credentials WHERE credential_id = ANY ($1)', values: [ids] });

/** Writes also what a search looks through, where that has changed. */
const upsertRows = (client: Client, rows: readonly CredentialRow[]): Promise<unknown> =>
  client.query({
    name: 'upsert-credentials',
    text: `WITH written AS (
             INSERT INTO credentials (credential_id, address, credential_type, status, open_epoch, generation, updated_at, body)
             SELECT * FROM ROWS FROM (unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::timestamptz[]),
                                      jsonb_array_elements($8::jsonb))
             ON CONFLICT (credential_id) DO UPDATE SET address = excluded.address, credential_type = excluded.credential_type,
               status = excluded.status, open_epoch = excluded.open_epoch, generation = excluded.generation,
               updated_at = excluded.updated_at, body = excluded.body
             RETURNING credential_id, address, search)
           INSERT INTO credential_words (credential_id, address, words) SELECT credential_id, address, search FROM written
           WHERE NOT EXISTS (SELECT 1 FROM credential_words k WHERE (k.credential_id, k.address, k.words) = (written.credential_id, written.address, written.search))
           ON CONFLICT (credential_id) DO UPDATE SET address = excluded.address, words = excluded.words`,
    values: [
      textArray(rows.map((row) => row.credentialId)),
      textArray(rows.map((row) => row.address)),
      textArray(rows.map((row) => row.credentialType)),
      textArray(rows.map((row) => row.status)),
      intArray(rows.map((row) => row.openEpoch)),
      intArray(rows.map((row) => row.generation)),
      textArray(rows.map((row) => row.updatedAt)),
      JSON.stringify(rows.map((row) => row.body)),
    ],
  });

/**
 * A table of its own: most steps of a rotation change only this, and the wide rows of the list with their many indexes stay as they are. What the
 * list is sorted by and each change moves stands here, too.
 */
const upsertUpkeep = (client: Client, rows: readonly CredentialRow[]): Promise<unknown> =>
  client.query({
    name: 'upsert-upkeep',
    text: `INSERT INTO credential_upkeep (credential_id, body, changed_at, listed_as)
           SELECT * FROM ROWS FROM (unnest($1::text[]), jsonb_array_elements($2::jsonb), unnest($3::text[], $4::text[]))
           ON CONFLICT (credential_id) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at, listed_as = excluded.listed_as`,
    values: [
      textArray(rows.map((row) => row.credentialId)),
      JSON.stringify(rows.map((row) => row.upkeep)),
      textArray(rows.map((row) => row.updatedAt)),
      textArray(rows.map((row) => row.address)),
    ],
  });

/** Brings table `credentials` up to date: rows that are gone first, so that their addresses are free. */
export const writeRows = (client: Client, rows: ReadonlyMap<string, RowChange | null>): Promise<unknown>[] => {
  const gone = [...rows].filter(([, change]) => change === null).map(([id]) => id);
  const changes = [...rows.values()].filter((change) => change !== null);
  const listed = changes.filter((change) => change.isListed);
  return [
    ...(gone.length > 0 ? [deleteRows(client, gone)] : []),
    ...(listed.length > 0
      ? [
          upsertRows(
            client,
            listed.map(({ row }) => row),
          ),
        ]
      : []),
    ...(changes.length > 0
      ? [
          upsertUpkeep(
            client,
            changes.map(({ row }) => row),
          ),
        ]
      : []),
  ];
};
