import { ok, type Result } from '@keyturn/kernel';
import type { UseSample } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { asIssuer } from './as-issuer.ts';
import type { PostgresFields } from './fields.ts';
import type { Limits } from './with-client.ts';

type Row = {
  readonly sampledAt: string;
  readonly sessions: number;
  readonly applications: readonly string[] | null;
  readonly addresses: readonly string[] | null;
  readonly oldestSince: string | null;
};

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/**
 * Counts the sessions that logged in as the role, in all databases of the server: `usesysid` is the login, whatever role the session
 * took on later. Addresses and ages are empty without pg_read_all_stats. Query texts are never read.
 */
export const sampleUse = (
  limits: Limits,
  { issuer, username }: { readonly issuer: PostgresFields; readonly username: string },
): Promise<Result<UseSample, ProviderRefusal>> =>
  asIssuer({ issuer, limits, doing: `looking for sessions of the role ${username}`, usernames: [username] }, async (client) => {
    const { rows } = await client.query<Row>(
      `select to_char(now() at time zone 'UTC', ${ISO}) as "sampledAt", count(*)::int as sessions,
              (array_agg(distinct application_name) filter (where application_name <> ''))[1:20] as applications,
              (array_agg(distinct host(client_addr)) filter (where client_addr is not null))[1:20] as addresses,
              to_char(min(backend_start) at time zone 'UTC', ${ISO}) as "oldestSince"
         from pg_catalog.pg_stat_activity
        where usesysid = (select oid from pg_catalog.pg_roles where rolname = $1) and pid <> pg_backend_pid() and leader_pid is null`,
      [username],
    );
    const { sampledAt = '', sessions = 0, applications, addresses, oldestSince } = rows[0] ?? {};
    const sample = { sampledAt, sessions, applications: applications ?? [], addresses: addresses ?? [] };
    return ok(oldestSince ? { ...sample, oldestSince } : sample);
  });
