import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readStats, type Stack, statsFileOf, type WorkloadStats } from '@keyturn/dev-stack';
import { Pool } from 'pg';
import { z } from 'zod';
import type { AuditedEntry, Failure, InstanceFacts, LoggedEvent, Role } from './run-facts.ts';

const Position = z.coerce.number().int();
const LoggedRow = z
  .object({
    position: Position,
    stream: z.string(),
    version: z.int(),
    type: z.string(),
    data: z.string(),
    meta: z.string(),
    recordedAt: z.string(),
    sealed: z.instanceof(Uint8Array).nullable(),
    sealedHash: z.string().nullable(),
    prevHash: z.string(),
    hash: z.string(),
  })
  .transform(({ sealed, ...row }): LoggedEvent => {
    return { ...row, sealedDigest: sealed && createHash('sha256').update(sealed).digest('hex') };
  });
const EntryRow = z.object({ position: Position, eventId: z.string(), type: z.string(), hash: z.string() });
const RoleRow = z.object({ name: z.string(), canLogIn: z.boolean(), hasPassword: z.boolean(), mark: z.string().nullable() });
const NamedRow = z.object({ name: z.string() });
const FailureLine = z.object({ kind: z.string(), code: z.string(), version: z.int(), began: z.string(), at: z.string() });

const ToldRow = z.object({ type: z.string(), data: z.string() });
type ToldRow = z.infer<typeof ToldRow>;
const XidRow = z.object({ position: Position, xid: z.string() });
const LogOpening = z.object({ position: Position, hash: z.string(), xid: z.string(), streams: z.record(z.string(), z.int()) });
export type LogOpening = z.infer<typeof LogOpening>;
const ProjectionRow = z.object({ current: z.int().nullable(), generation: z.int(), openEpoch: z.int().nullable() });
type ProjectionRow = z.infer<typeof ProjectionRow>;
const KeyRow = z.object({ version: z.int() });

/** Looks into the databases as a superuser does, past every service. */
export const openDatabases = ({ endpoints }: Stack) => {
  const open = (connectionString: string): Pool => new Pool({ connectionString, max: 2 }).on('error', () => undefined);
  const vault = open(endpoints.databaseUrl);
  const audit = open(endpoints.auditDatabaseUrl);
  const target = open(endpoints.ordersDatabaseUrl);
  return {
    events: async (after = 0): Promise<LoggedEvent[]> => {
      const { rows } = await vault.query(
        `SELECT position, stream, version, type, data, meta, recorded_at AS "recordedAt", sealed, sealed_hash AS "sealedHash",
           prev_hash AS "prevHash", hash FROM events WHERE position > $1 ORDER BY position`,
        [after],
      );
      return z.array(LoggedRow).parse(rows);
    },
    /** A credential's events up to a position. */
    eventsOf: async (credentialId: string, upTo: number): Promise<ToldRow[]> => {
      const { rows } = await vault.query('SELECT type, data FROM events WHERE stream = $1 AND position <= $2 ORDER BY position', [
        `credential-${credentialId}`,
        upTo,
      ]);
      return z.array(ToldRow).parse(rows);
    },
    head: async (): Promise<number> => {
      const { rows } = await vault.query('SELECT coalesce(max(position), 0) AS position FROM events');
      return z.tuple([z.object({ position: Position })]).parse(rows)[0].position;
    },
    entries: async (after = 0): Promise<AuditedEntry[]> => {
      const { rows } = await audit.query(
        'SELECT position, event_id AS "eventId", type, hash FROM entries WHERE position > $1 ORDER BY position',
        [after],
      );
      return z.array(EntryRow).parse(rows);
    },
    /** Where the log stands: its last event, and the last version of each stream. */
    opening: async (): Promise<LogOpening> => {
      const { rows } = await vault.query(
        `WITH head AS (SELECT position, hash, xid FROM events ORDER BY position DESC LIMIT 1)
         SELECT position, hash, xid::text,
           (SELECT json_object_agg(stream, version) FROM (
              SELECT stream, max(version) AS version FROM streams WHERE streams.position <= head.position GROUP BY stream) s) AS streams
           FROM head`,
      );
      return z.tuple([LogOpening]).parse(rows)[0];
    },
    /** Which transaction wrote each event. */
    transactions: async (after: number): Promise<ReadonlyMap<number, string>> => {
      const { rows } = await vault.query('SELECT position, xid::text FROM events WHERE position > $1 ORDER BY position', [after]);
      return new Map(
        z
          .array(XidRow)
          .parse(rows)
          .map(({ position, xid }) => [position, xid]),
      );
    },
    /** The versions of a credential whose wrapped key is there. */
    keys: async (credentialId: string): Promise<number[]> => {
      const { rows } = await vault.query('SELECT version FROM wrapped_deks WHERE credential_id = $1 ORDER BY version', [credentialId]);
      return z
        .array(KeyRow)
        .parse(rows)
        .map(({ version }) => version);
    },
    /** What the vault's own read model says of a credential; null where there is no row. */
    projection: async (credentialId: string): Promise<ProjectionRow | null> => {
      const { rows } = await vault.query(
        `SELECT (body->>'current')::int AS current, generation, open_epoch AS "openEpoch" FROM credentials WHERE credential_id = $1`,
        [credentialId],
      );
      return z.array(ProjectionRow).parse(rows)[0] ?? null;
    },
    parked: async (): Promise<number> => (await audit.query('SELECT FROM parked')).rowCount ?? 0,
    /** A role and its alternates; the sample's if not said. */
    roles: async (base = 'orders'): Promise<Role[]> => {
      const { rows } = await target.query(
        `SELECT rolname AS name, rolcanlogin AS "canLogIn", rolpassword IS NOT NULL AS "hasPassword",
           shobj_description(oid, 'pg_authid') AS mark FROM pg_authid WHERE rolname ~ $1 ORDER BY rolname`,
        [`^${base}(_kt[0-9]+)?$`],
      );
      return z.array(RoleRow).parse(rows);
    },
    /** Every role of the server. */
    roleNames: async (): Promise<string[]> => {
      const { rows } = await target.query('SELECT rolname AS name FROM pg_roles ORDER BY rolname');
      return z
        .array(NamedRow)
        .parse(rows)
        .map(({ name }) => name);
    },
    /** Locks the sample's issuer out of the target, or lets it in again. */
    letIssuerLogIn: async (may: boolean): Promise<void> => {
      await target.query(`ALTER ROLE orders_issuer ${may ? 'LOGIN' : 'NOLOGIN'}`);
    },
    /** A role that nobody manages but whoever asked for it, or its next password. */
    giveRole: async (name: string, password: string): Promise<void> => {
      const { rowCount } = await target.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
      await target.query(`${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${name} LOGIN PASSWORD '${password}'`);
    },
    close: async (): Promise<void> => void (await Promise.all([vault.end(), audit.end(), target.end()])),
  };
};
export type Databases = ReturnType<typeof openDatabases>;

const failuresSince = (statsFile: string, since: string): Failure[] => {
  const file = `${statsFile}.failures.jsonl`;
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => FailureLine.parse(JSON.parse(line))).filter(({ at }) => at >= since);
};

/** Where an instance's counters stood when a run began. */
export type Before = { readonly since: string; readonly stats: ReadonlyMap<string, WorkloadStats> };

/** What an instance did since then. Its counters begin anew with its process. */
export const instanceFacts = (varDir: string, instance: string, { since, stats }: Before): InstanceFacts => {
  const file = statsFileOf(varDir, instance);
  const now = readStats(file);
  const before = stats.get(instance);
  const isSameProcess = before !== undefined && now.monotonicMs >= before.monotonicMs;
  const loginsTried = now.loginsTried - (isSameProcess ? before.loginsTried : 0);
  return { instance, loginsTried, failures: failuresSince(file, since), version: now.version, isAcknowledged: now.isAcknowledged };
};
