import { ok, type Result } from '@keyturn/kernel';
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import type { Fence } from '../fence.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { admitStep, formatRoleComment, parseRoleComment, type RoleMark, type RoleState, type RoleStep } from './role-mark.ts';

/** What the catalogue says of a role. */
export type Role = { readonly validUntil: string | null; readonly connectionLimit: number; readonly mark: RoleMark | undefined };

/** A change of one role on behalf of a fence. */
export type RoleChange = { readonly step: RoleStep; readonly username: string; readonly fence: Fence };

/** What a change left behind. Without a state the role doesn't exist, and there is nothing to mark. */
export type Left<T> = { readonly state: RoleState | undefined; readonly value: T };

type RoleRow = { readonly validUntil: string | null; readonly connectionLimit: number; readonly comment: string | null };

const readRoleRow = async (client: Client, username: string): Promise<RoleRow | undefined> => {
  const { rows } = await client.query<RoleRow>(
    `select rolvaliduntil::text as "validUntil", rolconnlimit as "connectionLimit", shobj_description(oid, 'pg_authid') as comment
       from pg_catalog.pg_roles where rolname = $1`,
    [username],
  );
  return rows[0];
};

/** Reads one role, or nothing if there is none of that name. */
export const readRole = async (client: Client, username: string): Promise<Role | undefined> => {
  const row = await readRoleRow(client, username);
  return row && { validUntil: row.validUntil, connectionLimit: row.connectionLimit, mark: parseRoleComment(row.comment).mark };
};

// Read committed, so that what follows the lock sees what its last holder wrote. The time-outs end a transaction whose worker was
// stopped in the middle: the server rolls it back, and the lock is free for the next one.
const OPENING = [
  'begin isolation level read committed read write',
  `set local lock_timeout = '5s'`,
  `set local statement_timeout = '10s'`,
  `set local idle_in_transaction_session_timeout = '10s'`,
  `set local datestyle = 'ISO, YMD'`,
];

const underFence = async <T>(
  client: Client,
  { step, username, fence }: RoleChange,
  change: (role: Role | undefined) => Promise<Result<Left<T>, ProviderRefusal>>,
): Promise<Result<T, ProviderRefusal>> => {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`keyturn:${username}`]);
  const admitted = admitStep({ step, username, mark: (await readRole(client, username))?.mark, fence });
  if (!admitted.ok) return admitted;
  const changed = await change(await readRole(client, username));
  if (!changed.ok) return changed;
  const { state, value } = changed.value;
  if (!state) return ok(value);
  const { words } = parseRoleComment((await readRoleRow(client, username))?.comment ?? null);
  await client.query(`COMMENT ON ROLE ${escapeIdentifier(username)} IS ${escapeLiteral(formatRoleComment({ fence, state }, words))}`);
  return ok(value);
};

/**
 * Changes one role in one transaction at the provider: lock, read the mark in the COMMENT, refuse if it is newer than the fence,
 * change, leave the own mark, commit. People's words in the COMMENT are kept. A refusal leaves nothing behind.
 */
export const changeRole = async <T>(
  client: Client,
  roleChange: RoleChange,
  change: (role: Role | undefined) => Promise<Result<Left<T>, ProviderRefusal>>,
): Promise<Result<T, ProviderRefusal>> => {
  for (const statement of OPENING) await client.query(statement);
  try {
    const result = await underFence(client, roleChange, change);
    await client.query(result.ok ? 'commit' : 'rollback');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined); // the connection may be what broke; closing it rolls back too
    throw error;
  }
};
