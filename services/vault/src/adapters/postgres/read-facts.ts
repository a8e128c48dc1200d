import { z } from 'zod';
import type { Client } from 'pg';
import { Refusal } from '@keyturn/contracts/refusals';
import { GENESIS } from '../../log/hash-event.ts';
import type { ChainHead } from '../../log/verify-chain.ts';
import { readLeases } from './read-leases.ts';
import { sendTogether } from './send-together.ts';
import { type Entry, type Facts, type KnownCommand, statesFor, type StreamHead } from '../../log/plan-batch.ts';

/** One lock for the whole log: ASCII "kt-log". */
export const APPEND_LOCK = 0x6b74_2d6c_6f67;

/** The wall clock of the database as the log writes it. */
const CLOCK_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
const NOW = `to_char(clock_timestamp() AT TIME ZONE 'UTC', '${CLOCK_FORMAT}')`;

/**
 * Begins the transaction and takes the append lock. READ COMMITTED is said, whatever the database's default: each following statement then
 * takes its snapshot after the lock was got, and so sees all that was committed under it.
 */
export const beginLocked = async (client: Client): Promise<void> => {
  await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(${APPEND_LOCK})`);
};

/** Answers the database's clock if the log ends with `head` and `moment` is now; else the statement fails, and with it the transaction. */
export const expectHead = async (client: Client, head: ChainHead, moment: string): Promise<string> => {
  const { rows } = await client.query<{ now: string }>({
    name: 'expect-head',
    text: `SELECT to_char(expect_head($1, $2, $3) AT TIME ZONE 'UTC', '${CLOCK_FORMAT}') AS now`,
    values: [head.position, head.hash, moment],
  });
  const row = rows[0];
  if (!row) throw new Error('the head was not compared');
  return row.now;
};

type HeadRow = { now: string; incarnation: number; active: string | null; position: string | null; hash: string | null };

const readHead = async (client: Client): Promise<Pick<Facts, 'now' | 'incarnation' | 'head' | 'activeKek'>> => {
  const { rows } = await client.query<HeadRow>({
    name: 'head',
    text: `SELECT ${NOW} AS now, i.incarnation, (SELECT kek_id FROM keks WHERE state = 'active') AS active, h.position, h.hash FROM incarnation i
           LEFT JOIN LATERAL (SELECT position, hash FROM events ORDER BY position DESC LIMIT 1) h ON true`,
  });
  const row = rows[0];
  if (!row) throw new Error('the log has no incarnation');
  const { now, incarnation, active } = row;
  return { now, incarnation, activeKek: active, head: { position: Number(row.position ?? 0), hash: row.hash ?? GENESIS } };
};

/** Where the streams stand; one that has no event yet stands at 0. */
export const readHeads = async (client: Client, streams: readonly string[]): Promise<Map<string, StreamHead>> => {
  const { rows } = await client.query<{ stream: string; version: number; position: string }>({
    name: 'heads',
    text: `SELECT w.stream, h.version, h.position FROM unnest($1::text[]) w (stream) CROSS JOIN LATERAL
           (SELECT version, position FROM streams s WHERE s.stream = w.stream ORDER BY version DESC LIMIT 1) h`,
    values: [streams],
  });
  const heads = new Map<string, StreamHead>(streams.map((stream) => [stream, { version: 0, position: 0 }]));
  for (const { stream, version, position } of rows) heads.set(stream, { version, position: Number(position) });
  return heads;
};

const StoredVerdict = z.union([z.object({ ok: z.record(z.string(), z.unknown()) }), z.object({ refusal: Refusal })]);

const readKnown = async (client: Client, ids: readonly string[]): Promise<Map<string, KnownCommand>> => {
  const { rows } = await client.query<{ command_id: string; fingerprint: string; verdict: string }>({
    name: 'known',
    text: 'SELECT command_id, fingerprint, verdict FROM commands WHERE command_id = ANY ($1)',
    values: [ids],
  });
  return new Map(
    rows.map(({ command_id, fingerprint, verdict }) => [command_id, { fingerprint, verdict: StoredVerdict.parse(JSON.parse(verdict)) }]),
  );
};

const readOwners = async (client: Client, addresses: readonly string[]): Promise<Map<string, string>> => {
  if (addresses.length === 0) return new Map();
  const { rows } = await client.query<{ address: string; credential_id: string }>({
    name: 'owners',
    text: 'SELECT address, credential_id FROM credentials WHERE address = ANY ($1)',
    values: [addresses],
  });
  return new Map(rows.map(({ address, credential_id }) => [address, credential_id]));
};

/** Only where a job names KEKs, which is seldom: what hangs on each, and which replicas that count don't hold it. */
const readKeks = async (client: Client, kekIds: readonly string[]): Promise<Facts['keks']> => {
  if (kekIds.length === 0) return new Map();
  const { rows } = await client.query<{ kek_id: string; rows: number; missing: string[] }>({
    name: 'keks',
    text: `SELECT k.kek_id,
             ((SELECT count(*) FROM wrapped_deks d WHERE d.kek_id = k.kek_id) + (SELECT count(*) FROM sealing_keys s WHERE s.kek_id = k.kek_id)
               + (SELECT count(*) FROM vault_identity i WHERE i.kek_id = k.kek_id))::int AS rows,
             ARRAY(SELECT r.replica FROM vault_replicas r WHERE r.counts_until > clock_timestamp() AND NOT (k.kek_id = ANY (r.kek_ids))
                   ORDER BY 1) AS missing
           FROM unnest($1::text[]) k (kek_id)`,
    values: [kekIds],
  });
  return new Map(rows.map((row) => [row.kek_id, { rows: row.rows, missingAt: row.missing }]));
};

/** Only where a job may not be undone. Beats wait for no lock, so this is as new as can be, and no older than the lock. */
const readHolders = async (client: Client, credentialIds: readonly string[]): Promise<Facts['leases']> => {
  if (credentialIds.length === 0) return new Map();
  return new Map([...(await readLeases(client, credentialIds))].map(([id, { leases }]) => [id, leases]));
};

export type LockedFacts = Omit<Facts, 'states' | 'headOf'> & { readonly heads: Map<string, StreamHead> };

/** Every stream whose head a batch has to know as far as its jobs say. */
export const streamsOf = (entries: readonly Entry[]): Set<string> =>
  new Set([...statesFor(entries).map(({ stream }) => stream), ...entries.flatMap(({ job }) => job.joins ?? [])]);

/** Takes the lock and reads what a batch stands on, all in one round trip (the connection pipelines). */
export const lockAndRead = async (client: Client, entries: readonly Entry[]): Promise<LockedFacts> => {
  const jobs = entries.map(({ job }) => job);
  const [, head, heads, known, owners, keks, leases] = await sendTogether(client, () =>
    Promise.all([
      beginLocked(client),
      readHead(client),
      readHeads(client, [...streamsOf(entries)]),
      readKnown(client, [...new Set(jobs.map((job) => job.commandId))]),
      readOwners(client, [...new Set(jobs.flatMap(({ claims }) => (claims === undefined ? [] : [claims])))]),
      readKeks(client, [...new Set(jobs.flatMap(({ kekId }) => (kekId === undefined ? [] : [kekId])))]),
      readHolders(client, [...new Set(jobs.flatMap(({ leasesOf }) => (leasesOf === undefined ? [] : [leasesOf])))]),
    ]),
  );
  return { ...head, heads, known, owners, keks, leases };
};
