import { join } from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { randomPassword, secretFile } from '../servers/secret-file.ts';

/** Every URL that the services and the sample need. Owners migrate, roles work; `issuer` may manage the role of the sample. */
export type StackDatabases = {
  readonly vault: { readonly ownerUrl: string; readonly serviceUrlFile: string; readonly ownerUrlFile: string };
  readonly audit: { readonly ownerUrl: string; readonly serviceUrlFile: string; readonly ownerUrlFile: string };
  readonly orders: { readonly ownerUrl: string; readonly issuer: { readonly username: string; readonly password: string } };
};

const withDatabase = (url: string, database: string, login?: { username: string; password: string }): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  if (login) Object.assign(changed, login);
  return changed.href;
};

/** Runs statements of a superuser, unlogged: some hold a password in plain text, as people's do. */
const run = async (url: string, statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET log_statement = 'none'; SET log_min_duration_statement = -1; SET log_min_error_statement = 'panic'");
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

const exists = async (url: string, table: 'pg_database' | 'pg_roles', column: 'datname' | 'rolname', name: string): Promise<boolean> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [name]);
    return rowCount === 1;
  } finally {
    await client.end();
  }
};

const ensureDatabase = async (url: string, name: string): Promise<void> => {
  if (!(await exists(url, 'pg_database', 'datname', name))) await run(url, [`CREATE DATABASE ${escapeIdentifier(name)}`]);
};

const serviceDatabase = async (options: { url: string; secretsDir: string; database: string }) => {
  const { url, secretsDir, database } = options;
  await ensureDatabase(url, database);
  const ownerUrl = withDatabase(url, database);
  const serviceUrlFile = join(secretsDir, `${database}.url`);
  const ownerUrlFile = join(secretsDir, `${database}-owner.url`);
  const username = `${database}_service`;
  await secretFile(serviceUrlFile, () => withDatabase(url, database, { username, password: randomPassword() }));
  await secretFile(ownerUrlFile, () => ownerUrl);
  return { ownerUrl, serviceUrlFile, ownerUrlFile };
};

const ISSUER = 'orders_issuer';

/** The issuer is no superuser: it has exactly what Keyturn's dry run asks for. */
const ensureIssuer = async (url: string, password: string): Promise<void> => {
  if (await exists(url, 'pg_roles', 'rolname', ISSUER)) return;
  await run(url, [
    `CREATE ROLE ${ISSUER} LOGIN CREATEROLE PASSWORD ${escapeLiteral(password)}`,
    `GRANT pg_signal_backend, pg_read_all_stats TO ${ISSUER}`,
  ]);
};

/** Creates what is missing of the three databases and their roles; what is there stays as it is. */
export const prepareDatabases = async (options: { readonly postgresUrl: string; readonly secretsDir: string }): Promise<StackDatabases> => {
  const { postgresUrl: url, secretsDir } = options;
  const vault = await serviceDatabase({ url, secretsDir, database: 'keyturn_vault' });
  const audit = await serviceDatabase({ url, secretsDir, database: 'keyturn_audit' });
  await ensureDatabase(url, 'orders');
  const password = await secretFile(join(secretsDir, 'orders-issuer.password'), randomPassword);
  await ensureIssuer(url, password);
  return { vault, audit, orders: { ownerUrl: withDatabase(url, 'orders'), issuer: { username: ISSUER, password } } };
};

/**
 * The role `orders` as any company has it: one login that owns its tables. Its password is set anew as long as Keyturn doesn't know it yet,
 * because a first start that was killed may have lost it.
 */
export const resetOrdersRole = async (ownerUrl: string, schema: string, password: string = randomPassword()): Promise<string> => {
  const verb = (await exists(ownerUrl, 'pg_roles', 'rolname', 'orders')) ? 'ALTER' : 'CREATE';
  await run(ownerUrl, [
    `${verb} ROLE orders LOGIN PASSWORD ${escapeLiteral(password)}`,
    `GRANT orders TO ${ISSUER} WITH ADMIN TRUE`,
    'GRANT CREATE, USAGE ON SCHEMA public TO orders',
    'SET ROLE orders',
    schema,
    'RESET ROLE',
  ]);
  return password;
};
