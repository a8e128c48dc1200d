import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Sensitive } from '@keyturn/kernel';
import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';

/** What the service may do, and nothing else: entries can only be added. */
const GRANTS = {
  entries: 'SELECT, INSERT',
  checkpoint: 'SELECT, INSERT, UPDATE',
  parked: 'SELECT, INSERT',
  convictions: 'SELECT, INSERT',
} as const;

const DUPLICATE = new Set(['42710', '23505']);
const SCRAM_ITERATIONS = 4096;

/** Makes the role that `serviceUrl` logs in as, if it is missing, and grants it what the service needs. Harmless when repeated. */
export const grantService = async (owner: Client, serviceUrl: Sensitive<string>): Promise<void> => {
  const url = new URL(serviceUrl.reveal());
  const name = decodeURIComponent(url.username);
  await ensureRole(owner, name, decodeURIComponent(url.password));
  const role = escapeIdentifier(name);
  const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
  const database = escapeIdentifier(rows[0]?.name ?? '');
  const statements = [
    ...Object.keys(GRANTS).map((table) => `REVOKE ALL ON ${table} FROM PUBLIC, ${role}`),
    ...Object.entries(GRANTS).map(([table, rights]) => `GRANT ${rights} ON ${table} TO ${role}`),
    `REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${role}`,
    `GRANT CONNECT ON DATABASE ${database} TO ${role}`,
    `GRANT USAGE ON SCHEMA public TO ${role}`,
  ];
  await owner.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
};

/** A role that exists is left as it is: whoever runs the database may have made it. */
const ensureRole = async (owner: Client, name: string, password: string): Promise<void> => {
  const { rows } = await owner.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (rows.length > 0) return;
  const login = password === '' ? '' : ` PASSWORD ${escapeLiteral(scramVerifier(password))}`;
  try {
    await owner.query(`CREATE ROLE ${escapeIdentifier(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE${login}`);
  } catch (error) {
    // Roles belong to the whole cluster: another database's migration may have made it meanwhile.
    if (!(error instanceof DatabaseError) || !DUPLICATE.has(error.code ?? '')) throw error;
  }
};

/** The SCRAM-SHA-256 verifier that Postgres stores, so that no password is ever in SQL text, which servers log. */
const scramVerifier = (password: string): string => {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, SCRAM_ITERATIONS, 32, 'sha256');
  const keyOf = (label: string): Buffer => createHmac('sha256', salted).update(label).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${stored}:${keyOf('Server Key').toString('base64')}`;
};
