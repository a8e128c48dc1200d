import { ok, type Result } from '@keyturn/kernel';
import type { Client } from 'pg';
import type { IssuerReport, MissingPrivilege } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { asIssuer } from './as-issuer.ts';
import { readRole } from './change-role.ts';
import type { PostgresFields } from './fields.ts';
import { missingPrivileges } from './missing-privileges.ts';
import { readRoles } from './plan-candidate.ts';
import type { Limits } from './with-client.ts';

type Inspection = { readonly issuer: PostgresFields; readonly owner: string; readonly credentialId: string };

const problem = (code: string, sentence: string): MissingPrivilege => ({ code, needed: 'rotation', sentence });

/** What stands in the way on the owner's side: no statement can mend these. */
const inspectOwner = async (client: Client, { issuer, owner, credentialId }: Inspection): Promise<readonly MissingPrivilege[]> => {
  if (issuer.username === owner)
    return [problem('issuer-is-owner', `The issuer must be another role than ${owner}, or a revoke would lock it out.`)];
  const role = await readRole(client, owner);
  if (!role) return [problem('owner-missing', `The role ${owner} doesn't exist at the server: create it, or correct the user name.`)];
  const claimedBy = role.mark?.fence.credentialId;
  if (claimedBy === undefined || claimedBy === credentialId) return [];
  return [problem('owner-claimed', `The role ${owner} is rotated by the credential ${claimedBy}: rotate that one, or remove its mark.`)];
};

/** Says whether the issuer can rotate the owner, and prints the statement for whatever it lacks. Changes nothing. */
export const inspectIssuer = (limits: Limits, input: Inspection): Promise<Result<IssuerReport, ProviderRefusal>> => {
  const { issuer, owner, credentialId } = input;
  return asIssuer({ issuer, limits, doing: `inspecting the issuer ${issuer.username}`, usernames: [owner] }, async (client) => {
    const ours = (await readRoles(client, owner, credentialId)).filter(({ isOurs }) => isOurs).map(({ username }) => username);
    const missing = [...(await inspectOwner(client, input)), ...(await missingPrivileges(client, [...new Set([owner, ...ours])]))];
    return ok({ ready: missing.every(({ needed }) => needed !== 'rotation'), issuer: issuer.username, missing });
  });
};
