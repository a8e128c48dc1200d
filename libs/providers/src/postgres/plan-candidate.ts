import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Client } from 'pg';
import { generatePassword } from '../generate-password.ts';
import type { CandidatePlan } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { asIssuer } from './as-issuer.ts';
import { chooseRole, type ExistingRole } from './choose-role.ts';
import type { PostgresFields } from './fields.ts';
import { parseRoleComment } from './role-mark.ts';
import type { Limits } from './with-client.ts';

/** The owner, and the alternates of all owners, ours and others': few enough to sort out here, where names can be compared exactly. */
export const readRoles = async (client: Client, owner: string, credentialId: string): Promise<readonly ExistingRole[]> => {
  const { rows } = await client.query<{ username: string; comment: string | null }>(
    `select rolname::text as username, shobj_description(oid, 'pg_authid') as comment
       from pg_catalog.pg_roles where rolname ~ '_kt[0-9]+$' or rolname = $1`,
    [owner],
  );
  return rows.map(({ username, comment }) => {
    const { mark } = parseRoleComment(comment);
    return { username, isOurs: mark?.fence.credentialId === credentialId, isOpen: mark?.state === 'open' };
  });
};

type Owner = { readonly expiresAt: string | null };

/** The role that was registered, with its `VALID UNTIL`, which the candidate will have too; null where that is unset, or no date that a log could have. */
const readOwner = async (client: Client, owner: string): Promise<Owner | undefined> => {
  const { rows } = await client.query<Owner>(
    `select case when rolvaliduntil between '0001-01-01 00:00+00' and '9999-12-31 00:00+00'
       then to_char(rolvaliduntil at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end as "expiresAt"
       from pg_catalog.pg_roles where rolname = $1`,
    [owner],
  );
  return rows[0];
};

/** Picks the candidate's role, makes its password, and says when that ends. Reads the roles at the server and changes nothing. */
export const planCandidate = async (
  limits: Limits,
  input: {
    readonly issuer: PostgresFields;
    readonly owner: string;
    readonly current: PostgresFields;
    readonly liveUsernames: readonly string[];
    readonly credentialId: string;
  },
): Promise<Result<CandidatePlan<PostgresFields>, ProviderRefusal>> => {
  const { issuer, owner, current, liveUsernames, credentialId } = input;
  return asIssuer({ issuer, limits, doing: `planning a rotation of the role ${owner}`, usernames: [owner] }, async (client) => {
    const known = await readOwner(client, owner);
    if (!known) return refuse({ code: 'login-missing', username: owner, sentence: `The role ${owner} doesn't exist at the server.` });
    const { username, creates } = chooseRole({ owner, liveUsernames, existing: await readRoles(client, owner, credentialId) });
    const ends = known.expiresAt === null ? {} : { expiresAt: known.expiresAt };
    return ok({ fields: { ...current, username, password: generatePassword() }, providerObject: username, creates, ...ends });
  });
};
