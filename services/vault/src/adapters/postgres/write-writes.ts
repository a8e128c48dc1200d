import type { Client } from 'pg';
import { upsertBulkRotations } from './bulk-rotation-table.ts';
import { insertDeks } from './insert-deks.ts';
import { insertConsumers, upsertTokenUses } from './write-consumers.ts';
import type { Write } from '../../ports/command-log.ts';

type Of<Kind extends Write['kind']> = Extract<Write, { readonly kind: Kind }>;

const shredDeks = (client: Client, shreds: readonly Of<'shred-dek'>[]): Promise<unknown> =>
  client.query({
    name: 'shred-deks',
    text: `DELETE FROM wrapped_deks d USING unnest($1::text[], $2::int[]) s (credential_id, version)
           WHERE d.credential_id = s.credential_id AND d.version = s.version`,
    values: [shreds.map((shred) => shred.credentialId), shreds.map((shred) => shred.version)],
  });

/** One after another: the key that was active must have left its state before the next one takes it. */
const setKekState = (client: Client, { kekId, state }: Of<'kek-state'>): Promise<unknown> =>
  client.query({
    name: 'set-kek-state',
    text: 'INSERT INTO keks (kek_id, state) VALUES ($1, $2) ON CONFLICT (kek_id) DO UPDATE SET state = excluded.state',
    values: [kekId, state],
  });

const upsertLeases = (client: Client, holds: readonly Of<'lease-holds'>[], now: string): Promise<unknown> =>
  client.query({
    name: 'upsert-leases',
    text: `INSERT INTO leases (consumer, instance, seq, last_beat_at, started_at)
           SELECT consumer, instance, max(seq), $4::timestamptz, $4::timestamptz
           FROM unnest($1::text[], $2::text[], $3::bigint[]) h (consumer, instance, seq) GROUP BY consumer, instance ORDER BY consumer, instance
           ON CONFLICT (consumer, instance) DO UPDATE SET
             seq = greatest(leases.seq, excluded.seq), last_beat_at = excluded.last_beat_at, silent_ms = 0,
             ended = CASE WHEN excluded.seq > leases.seq THEN NULL ELSE leases.ended END,
             started_at = CASE WHEN leases.ended IS NOT NULL AND excluded.seq > leases.seq THEN excluded.started_at ELSE leases.started_at END`,
    values: [holds.map((hold) => hold.consumer), holds.map((hold) => hold.instance), holds.map((hold) => hold.seq), now],
  });

const upsertHolds = (client: Client, holds: readonly Of<'lease-holds'>[], now: string): Promise<unknown> =>
  client.query({
    name: 'upsert-holds',
    text: `INSERT INTO lease_holds (consumer, instance, credential_id, version, generation, nonce, fetched_seq, held_since)
           SELECT h.*, $8::timestamptz
           FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::text[], $7::bigint[])
             h (consumer, instance, credential_id, version, generation, nonce, fetched_seq)
           WHERE NOT EXISTS (SELECT 1 FROM leases l WHERE l.consumer = h.consumer AND l.instance = h.instance AND l.ended IS NOT NULL)
           ORDER BY h.consumer, h.instance, h.credential_id, h.version
           ON CONFLICT (consumer, instance, credential_id, version) DO UPDATE SET
             generation = excluded.generation, nonce = excluded.nonce, fetched_seq = excluded.fetched_seq`,
    values: [
      holds.map((hold) => hold.consumer),
      holds.map((hold) => hold.instance),
      holds.map((hold) => hold.credentialId),
      holds.map((hold) => hold.version),
      holds.map((hold) => hold.generation),
      holds.map((hold) => hold.nonce),
      holds.map((hold) => hold.seq),
      now,
    ],
  });

/** The last word on each place of a default. */
const lastDefaults = (defaults: readonly Of<'default'>[]): Of<'default'>[] => [
  ...new Map(defaults.map((each) => [`${each.scope}.${each.service}`, each])).values(),
];

/** Two statements, because a unique index is checked row by row: first the mark is taken from whoever has it, then given. */
const writeDefaults = (client: Client, defaults: readonly Of<'default'>[]): Promise<unknown>[] => {
  const places = [defaults.map((each) => each.scope), defaults.map((each) => each.service)];
  const given = defaults.flatMap(({ credentialId }) => (credentialId === null ? [] : [credentialId]));
  return [
    client.query({
      name: 'clear-defaults',
      text: `UPDATE credentials c SET is_default = false FROM unnest($1::text[], $2::text[]) d (scope, service)
             WHERE c.is_default AND c.scope = d.scope AND c.service = d.service`,
      values: places,
    }),
    client.query({
      name: 'set-defaults',
      text: 'UPDATE credentials SET is_default = true WHERE credential_id = ANY ($1)',
      values: [given],
    }),
  ];
};

const insertLegacyUsers = (client: Client, users: readonly Of<'legacy-user'>[]): Promise<unknown> =>
  client.query({
    name: 'insert-legacy-users',
    text: `INSERT INTO legacy_users (legacy_scope, legacy_id, scope) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
           ON CONFLICT (legacy_scope) DO UPDATE SET scope = excluded.scope`,
    values: [users.map((user) => user.legacyScope), users.map((user) => user.legacyId), users.map((user) => user.scope)],
  });

/** The last write of each hold: one statement can't touch a row twice. */
const lastHolds = (holds: readonly Of<'lease-holds'>[]): Of<'lease-holds'>[] => [
  ...new Map(holds.map((hold) => [JSON.stringify([hold.consumer, hold.instance, hold.credentialId, hold.version]), hold])).values(),
];

/** The rows that belong to the commands' own transaction, one statement a table. */
export const writeWrites = (client: Client, writes: readonly Write[], now: string): Promise<unknown>[] => {
  const deks = writes.filter((write) => write.kind === 'wrapped-dek');
  const shreds = writes.filter((write) => write.kind === 'shred-dek');
  const defaults = lastDefaults(writes.filter((write) => write.kind === 'default'));
  const users = writes.filter((write) => write.kind === 'legacy-user');
  const holds = writes.filter((write) => write.kind === 'lease-holds');
  const consumers = writes.filter((write) => write.kind === 'consumer');
  const uses = writes.filter((write) => write.kind === 'token-used');
  const bulks = writes.filter((write) => write.kind === 'bulk-rotation');
  return [
    ...writes.filter((write) => write.kind === 'kek-state').map((write) => setKekState(client, write)),
    ...(deks.length > 0 ? [insertDeks(client, deks)] : []),
    ...(shreds.length > 0 ? [shredDeks(client, shreds)] : []),
    ...(defaults.length > 0 ? writeDefaults(client, defaults) : []),
    ...(users.length > 0 ? [insertLegacyUsers(client, users)] : []),
    ...(consumers.length > 0 ? [insertConsumers(client, consumers)] : []),
    ...(bulks.length > 0 ? [upsertBulkRotations(client, bulks)] : []),
    ...(uses.length > 0 ? [upsertTokenUses(client, uses)] : []),
    ...(holds.length > 0 ? [upsertLeases(client, holds, now), upsertHolds(client, lastHolds(holds), now)] : []),
  ];
};
