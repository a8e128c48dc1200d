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

/** Picks the candidate's role and makes its password. Reads the role names at the server and changes nothing. */
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
    const { rows } = await client.query('select from pg_catalog.pg_roles where rolname = $1', [owner]);
    if (rows.length === 0)
      return refuse({ code: 'login-missing', username: owner, sentence: `The role ${owner} doesn't exist at the server.` });
    const { username, creates } = chooseRole({ owner, liveUsernames, existing: await readRoles(client, owner, credentialId) });
    return ok({ fields: { ...current, username, password: generatePassword() }, providerObject: username, creates });
  });
};
