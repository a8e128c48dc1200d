import type { Sensitive } from '@keyturn/kernel';
import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { scramVerifier } from './scram-verifier.ts';

/** What a service logs in as. Without a password the role has to log in some other way. */
export type LoginRole = { readonly name: string; readonly password?: Sensitive<string> | undefined };

const DUPLICATE = new Set(['42710', '23505']);

/**
 * Makes the role, unless it is there. `whenThere` says what becomes of the password of one that is: whoever runs the database may have
 * chosen it. A password goes to the server as its verifier only, for servers log SQL text.
 */
export const ensureLogin = async (
  owner: Client,
  { name, password }: LoginRole,
  { whenThere }: { readonly whenThere: 'keep' | 'set-password' },
): Promise<void> => {
  const isNew = await createLogin(owner, name);
  if (password === undefined || (!isNew && whenThere === 'keep')) return;
  const verifier = await scramVerifier(password);
  await owner.query(`ALTER ROLE ${escapeIdentifier(name)} PASSWORD ${escapeLiteral(verifier.reveal())}`);
};

const createLogin = async (owner: Client, name: string): Promise<boolean> => {
  const { rows } = await owner.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (rows.length > 0) return false;
  try {
    await owner.query(`CREATE ROLE ${escapeIdentifier(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS`);
    return true;
  } catch (error) {
    // Roles belong to the whole cluster: another database's migration may have made it meanwhile.
    if (!(error instanceof DatabaseError) || !DUPLICATE.has(error.code ?? '')) throw error;
    return false;
  }
};

/** The statements after which the role has these rights on these tables and no others, and can use the database but make nothing in it. */
export const grantTables = async (owner: Client, name: string, rights: Readonly<Record<string, string>>): Promise<string[]> => {
  const role = escapeIdentifier(name);
  const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
  return [
    ...Object.entries(rights).flatMap(([table, granted]) => [
      `REVOKE ALL ON ${table} FROM PUBLIC, ${role}`,
      `GRANT ${granted} ON ${table} TO ${role}`,
    ]),
    `REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${role}`,
    `GRANT CONNECT ON DATABASE ${escapeIdentifier(rows[0]?.name ?? '')} TO ${role}`,
    `GRANT USAGE ON SCHEMA public TO ${role}`,
  ];
};
