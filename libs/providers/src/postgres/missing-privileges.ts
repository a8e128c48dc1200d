import { escapeIdentifier, type Client } from 'pg';
import type { MissingPrivilege } from '../provider.ts';
import { readSettings } from './role-settings.ts';

type Issuer = {
  readonly issuer: string;
  readonly isSuper: boolean;
  readonly mayCreateRoles: boolean;
  readonly maySignal: boolean;
  readonly mayReadStats: boolean;
  readonly version: number;
};
type Role = { readonly username: string; readonly isSuper: boolean; readonly mayAdminister: boolean };

const ADMIN_OPTION_RULES = 160_000; // since 16 CREATEROLE alone no longer reaches every role
const PARAMETER_GRANTS = 150_000;

const readIssuer = async (client: Client): Promise<Issuer | undefined> => {
  const { rows } = await client.query<Issuer>(
    `select current_user::text as issuer, rolsuper as "isSuper", rolcreaterole as "mayCreateRoles",
            pg_has_role(current_user, 'pg_signal_backend', 'USAGE') as "maySignal",
            pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') as "mayReadStats",
            current_setting('server_version_num')::int as version
       from pg_catalog.pg_roles where rolname = current_user`,
  );
  return rows[0];
};

const readRoles = async (client: Client, usernames: readonly string[]): Promise<readonly Role[]> => {
  const { rows } = await client.query<Role>(
    `select rolname::text as username, rolsuper as "isSuper",
            pg_has_role(current_user, oid, 'MEMBER WITH ADMIN OPTION') as "mayAdminister"
       from pg_catalog.pg_roles where rolname = any($1) order by rolname`,
    [usernames],
  );
  return rows;
};

/** Settings that only a superuser, or who was granted the parameter, may write; unknown names are placeholders of extensions. */
const readGuardedParameters = async (client: Client, names: readonly string[]): Promise<readonly string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as name left join pg_catalog.pg_settings using (name)
      where (context is null or context in ('superuser', 'superuser-backend')) and not has_parameter_privilege(current_user, name, 'SET')`,
    [names],
  );
  return rows.map(({ name }) => name);
};

const forRole = ({ issuer, version }: Issuer, role: Role): readonly MissingPrivilege[] => {
  if (role.isSuper)
    return [
      {
        code: 'role-is-superuser',
        needed: 'rotation',
        sentence: `The role ${role.username} is a superuser, which only a superuser may change: use a superuser as the issuer.`,
      },
    ];
  if (version < ADMIN_OPTION_RULES || role.mayAdminister) return [];
  return [
    {
      code: 'no-admin-option',
      needed: 'rotation',
      sentence: `The issuer ${issuer} may not change the role ${role.username}.`,
      statement: `GRANT ${escapeIdentifier(role.username)} TO ${escapeIdentifier(issuer)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`,
    },
  ];
};

const forIssuer = ({ issuer, mayCreateRoles, maySignal, mayReadStats }: Issuer): readonly MissingPrivilege[] => {
  const name = escapeIdentifier(issuer);
  const createRole = {
    code: 'no-createrole',
    needed: 'rotation',
    sentence: `The issuer ${issuer} may not create roles.`,
    statement: `ALTER ROLE ${name} CREATEROLE;`,
  } as const;
  const signal = {
    code: 'no-signal-backend',
    needed: 'force',
    sentence: `The issuer ${issuer} may not end the sessions of an old version, which only a forced revoke needs.`,
    statement: `GRANT pg_signal_backend TO ${name};`,
  } as const;
  const stats = {
    code: 'no-read-stats',
    needed: 'evidence',
    sentence: `The issuer ${issuer} sees how many sessions use a version, but not since when and from which address.`,
    statement: `GRANT pg_read_all_stats TO ${name};`,
  } as const;
  return [...(mayCreateRoles ? [] : [createRole]), ...(maySignal ? [] : [signal]), ...(mayReadStats ? [] : [stats])];
};

const forParameter = ({ issuer, version }: Issuer, parameter: string, owner: string): MissingPrivilege => ({
  code: 'no-parameter',
  needed: 'rotation',
  sentence: `The issuer ${issuer} may not copy the setting ${parameter} of the role ${owner}.`,
  ...(version < PARAMETER_GRANTS
    ? {}
    : { statement: `GRANT SET ON PARAMETER ${parameter.split('.').map(escapeIdentifier).join('.')} TO ${escapeIdentifier(issuer)};` }),
});

/**
 * Lists what the logged-in issuer lacks for changing these roles, the first of which is the owner whose settings are copied, with
 * the exact statement for each. Reads only.
 */
export const missingPrivileges = async (client: Client, usernames: readonly string[]): Promise<readonly MissingPrivilege[]> => {
  const issuer = await readIssuer(client);
  if (!issuer || issuer.isSuper) return [];
  const roles = await readRoles(client, usernames);
  const [owner = ''] = usernames;
  const names = [...new Set((await readSettings(client, owner)).map(({ name }) => name))];
  const guarded = issuer.version < PARAMETER_GRANTS ? [] : await readGuardedParameters(client, names);
  return [
    ...forIssuer(issuer),
    ...roles.flatMap((role) => forRole(issuer, role)),
    ...guarded.map((parameter) => forParameter(issuer, parameter, owner)),
  ];
};
