import { ok, type Result } from '@keyturn/kernel';
import { escapeIdentifier, type Client } from 'pg';
import type { Changed, FencedChange } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { asIssuer } from './as-issuer.ts';
import { changeRole, type Left, type Role } from './change-role.ts';
import type { PostgresFields } from './fields.ts';
import { notOurs, type RoleStep } from './role-mark.ts';
import type { Limits } from './with-client.ts';

type Revocation = FencedChange<PostgresFields>;
type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

const change = <T>(
  limits: Limits,
  { issuer, fence, username }: Revocation,
  [step, doing]: readonly [RoleStep, string],
  work: (client: Client, role: Role | undefined) => Outcome<Left<T>>,
): Outcome<T> =>
  asIssuer({ issuer, limits, doing: `${doing} ${username}`, usernames: [username], force: step === 'end-sessions' }, (client) =>
    changeRole(client, { step, username, fence }, (role) => work(client, role)),
  );

/** NOLOGIN, also on an owner: its members still log in, and open sessions go on. A role that is gone is denied already. */
export const denyLogins = (limits: Limits, input: Revocation): Outcome<Changed> =>
  change(limits, input, ['deny', 'denying logins to the role'], async (client, role) => {
    if (role) await client.query(`ALTER ROLE ${escapeIdentifier(input.username)} NOLOGIN`);
    const state = role?.mark?.state === 'erased' ? 'erased' : 'denied';
    return ok({ state: role && state, value: { username: input.username } });
  });

const IS_ALTERNATE = /_kt\d+$/u;

/**
 * NOLOGIN and no password. An alternate that was never created is created so, shut: otherwise an `apply` that sleeps in a paused
 * worker would find no mark, and could still bring a discarded candidate to life.
 */
export const eraseLogin = (limits: Limits, input: Revocation): Outcome<Changed> =>
  change(limits, input, ['erase', 'erasing the password of the role'], async (client, role) => {
    const { username } = input;
    if (role && !role.mark && IS_ALTERNATE.test(username)) return notOurs(username);
    if (!role && !IS_ALTERNATE.test(username)) return ok({ state: undefined, value: { username } });
    await client.query(`${role ? 'ALTER' : 'CREATE'} ROLE ${escapeIdentifier(username)} NOLOGIN PASSWORD NULL`);
    return ok({ state: 'erased', value: { username } });
  });

/** Ends every session that logged in as the role; those of other logins that act for the same owner go on. */
export const endSessions = (limits: Limits, input: Revocation): Outcome<{ readonly ended: number }> =>
  change(limits, input, ['end-sessions', 'ending the sessions of the role'], async (client, role) => {
    const { rows } = await client.query<{ ended: number }>(
      `select count(*) filter (where pg_terminate_backend(pid))::int as ended
         from pg_catalog.pg_stat_activity
        where usesysid = (select oid from pg_catalog.pg_roles where rolname = $1) and pid <> pg_backend_pid()`,
      [input.username],
    );
    return ok({ state: role && (role.mark?.state ?? 'open'), value: { ended: rows[0]?.ended ?? 0 } });
  });
