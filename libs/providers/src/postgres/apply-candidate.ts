import { scramVerifier } from '@keyturn/database';
import { ok, refuse, type Result, type Sensitive } from '@keyturn/kernel';
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import type { Fence } from '../fence.ts';
import type { Changed } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { asIssuer } from './as-issuer.ts';
import { changeRole, readRole, type Left, type Role } from './change-role.ts';
import type { PostgresFields } from './fields.ts';
import { notOurs } from './role-mark.ts';
import { copySettingsSql, readSettings } from './role-settings.ts';
import type { Limits } from './with-client.ts';

type Candidate = { readonly owner: string; readonly username: string; readonly verifier: Sensitive<string> };

const ADMIN_OPTION_RULES = 160_000;

const missing = (username: string) =>
  refuse<ProviderRefusal>({
    code: 'login-missing',
    username,
    sentence: `The role ${username} doesn't exist at the server: create it again, or register the credential with another user name.`,
  });

const applyToOwner = async (client: Client, { username, verifier }: Candidate) => {
  await client.query(`ALTER ROLE ${escapeIdentifier(username)} LOGIN PASSWORD ${escapeLiteral(verifier.reveal())}`);
};

const applyToAlternate = async (client: Client, { owner, username, verifier }: Candidate, model: Role, exists: boolean) => {
  const name = escapeIdentifier(username);
  await client.query(
    `${exists ? 'ALTER' : 'CREATE'} ROLE ${name} LOGIN INHERIT PASSWORD ${escapeLiteral(verifier.reveal())} ` +
      `CONNECTION LIMIT ${model.connectionLimit} VALID UNTIL ${escapeLiteral(model.validUntil ?? 'infinity')}`,
  );
  const { rows } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`);
  const options = (rows[0]?.version ?? 0) < ADMIN_OPTION_RULES ? '' : ' WITH INHERIT TRUE, SET TRUE';
  await client.query(`GRANT ${escapeIdentifier(owner)} TO ${name}${options}`);
  const [wanted, stale] = [await readSettings(client, owner), await readSettings(client, username)];
  for (const statement of copySettingsSql({ owner, username, wanted, stale })) await client.query(statement);
};

const applyTo = async (client: Client, candidate: Candidate, role: Role | undefined): Promise<Result<Left<Changed>, ProviderRefusal>> => {
  const { owner, username } = candidate;
  const model = username === owner ? role : await readRole(client, owner);
  if (!model) return missing(owner);
  if (username === owner) await applyToOwner(client, candidate);
  else if (role && !role.mark) return notOurs(username);
  else await applyToAlternate(client, candidate, model, role !== undefined);
  return ok({ state: 'open', value: { username } });
};

/**
 * Lets the candidate's role log in with the candidate's password: the owner itself, or a member that acts for it and has its
 * settings, expiry and connection limit. Only the SCRAM verifier travels.
 */
export const applyCandidate = async (
  limits: Limits,
  input: { readonly issuer: PostgresFields; readonly fence: Fence; readonly owner: string; readonly fields: PostgresFields },
): Promise<Result<Changed, ProviderRefusal>> => {
  const { issuer, fence, owner } = input;
  const { username } = input.fields;
  const verifier = await scramVerifier(input.fields.password);
  const doing = `setting a new password for the role ${username}`;
  return asIssuer({ issuer, limits, doing, usernames: [owner, username] }, (client) =>
    changeRole(client, { step: 'apply', username, fence }, (role) => applyTo(client, { owner, username, verifier }, role)),
  );
};
