import { escapeIdentifier, escapeLiteral, type Client } from 'pg';

/** One `ALTER ROLE … [IN DATABASE …] SET name = value`, as the catalogue keeps it. */
export type RoleSetting = { readonly database: string | null; readonly name: string; readonly value: string };

/** Settings whose value is a list of names: Postgres stores it flat, and wants the names one by one (as pg_dump does it). */
const LIST_SETTINGS = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

const parseSetting = (database: string | null, entry: string): RoleSetting => {
  const at = entry.indexOf('=');
  return { database, name: entry.slice(0, at), value: entry.slice(at + 1) };
};

/** Reads the settings of a role, those for all databases and those for one. */
export const readSettings = async (client: Client, username: string): Promise<readonly RoleSetting[]> => {
  const { rows } = await client.query<{ database: string | null; entry: string }>(
    `select d.datname::text as database, entry
       from pg_catalog.pg_db_role_setting s
       join pg_catalog.pg_roles r on r.oid = s.setrole
       left join pg_catalog.pg_database d on d.oid = s.setdatabase
      cross join unnest(s.setconfig) as entry
      where r.rolname = $1`,
    [username],
  );
  return rows.map(({ database, entry }) => parseSetting(database, entry));
};

const splitList = (value: string): readonly string[] =>
  [...value.matchAll(/"(?<quoted>(?:[^"]|"")*)"|(?<bare>[^\s,"]+)/gu)].map(
    ({ groups }) => groups?.['quoted']?.replaceAll('""', '"') ?? groups?.['bare'] ?? '',
  );

const valueSql = ({ name, value }: RoleSetting): string => {
  if (!LIST_SETTINGS.has(name.toLowerCase())) return escapeLiteral(value);
  const names = splitList(value);
  return names.length === 0 ? "''" : names.map((entry) => escapeLiteral(entry)).join(', ');
};

const alter = (username: string, database: string | null) =>
  `ALTER ROLE ${escapeIdentifier(username)}${database === null ? '' : ` IN DATABASE ${escapeIdentifier(database)}`}`;

/**
 * The statements that give an alternate login the owner's settings in place of its own, and let it act for the owner: `role` is set
 * unless the owner acts for yet another role itself, which is copied like any setting.
 */
export const copySettingsSql = (input: {
  readonly owner: string;
  readonly username: string;
  readonly wanted: readonly RoleSetting[];
  readonly stale: readonly RoleSetting[];
}): readonly string[] => {
  const { owner, username, wanted, stale } = input;
  const databases = new Set(stale.map(({ database }) => database));
  const actsFor = wanted.some(({ database, name }) => database === null && name === 'role')
    ? []
    : [{ database: null, name: 'role', value: owner }];
  return [
    ...[...databases].map((database) => `${alter(username, database)} RESET ALL`),
    ...[...actsFor, ...wanted].map((setting) => {
      const name = setting.name.split('.').map(escapeIdentifier).join('.');
      return `${alter(username, setting.database)} SET ${name} TO ${valueSql(setting)}`;
    }),
  ];
};
