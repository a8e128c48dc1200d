import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import type { Sensitive } from '@keyturn/kernel';
import { scramVerifier } from './scram-verifier.ts';

/** The role that the running vault logs in as. Without a password the role must exist already, made by whoever runs the database. */
export type ServiceRole = { readonly name: string; readonly password?: Sensitive<string> };

/** What the service may do, and nothing else: the log's own tables can only grow. */
const GRANTS = {
  events: 'SELECT, INSERT',
  streams: 'SELECT, INSERT',
  commands: 'SELECT, INSERT, DELETE',
  incarnation: 'SELECT',
  credentials: 'SELECT, INSERT, UPDATE, DELETE',
  legacy_users: 'SELECT, INSERT, UPDATE',
  wrapped_deks: 'SELECT, INSERT, UPDATE, DELETE',
  leases: 'SELECT, INSERT, UPDATE, DELETE',
  lease_holds: 'SELECT, INSERT, UPDATE, DELETE',
  listening: 'SELECT, INSERT, UPDATE, DELETE',
  vault_identity: 'SELECT, INSERT, UPDATE',
  sealing_keys: 'SELECT, INSERT, UPDATE, DELETE',
  keks: 'SELECT, INSERT, UPDATE',
  kek_wraps: 'SELECT, INSERT, UPDATE',
  vault_replicas: 'SELECT, INSERT, UPDATE, DELETE',
  rewraps: 'SELECT, INSERT, UPDATE',
} as const;

/** Hold for every session of the role, whoever opens it: a stopped holder of the append lock is ended by the server. */
const SETTINGS = { idle_in_transaction_session_timeout: '2s', lock_timeout: '4s', statement_timeout: '10s' } as const;

const DUPLICATE = new Set(['42710', '23505']);

const ensureRole = async (owner: Client, { name, password }: ServiceRole): Promise<void> => {
  if (!password) return;
  const role = escapeIdentifier(name);
  try {
    await owner.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS`);
  } catch (error) {
    // Roles belong to the whole cluster: another database's migration may have made it.
    if (!(error instanceof DatabaseError) || !DUPLICATE.has(error.code ?? '')) throw error;
  }
  await owner.query(`ALTER ROLE ${role} PASSWORD ${escapeLiteral(scramVerifier(password))}`);
};

/** Makes the role if a password is given, and grants it what the service needs. Harmless when repeated. */
export const grantService = async (owner: Client, service: ServiceRole): Promise<void> => {
  await ensureRole(owner, service);
  const role = escapeIdentifier(service.name);
  const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
  const database = escapeIdentifier(rows[0]?.name ?? '');
  const settings = Object.entries(SETTINGS).map(([key, value]) => `ALTER ROLE ${role} IN DATABASE ${database} SET ${key} = '${value}'`);
  const grants = Object.entries(GRANTS).flatMap(([table, rights]) => [
    `REVOKE ALL ON ${table} FROM PUBLIC, ${role}`,
    `GRANT ${rights} ON ${table} TO ${role}`,
  ]);
  const others = [
    `REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${role}`,
    `REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC, ${role}`,
    `GRANT CONNECT ON DATABASE ${database} TO ${role}`,
    `GRANT USAGE ON SCHEMA public TO ${role}`,
    `GRANT EXECUTE ON FUNCTION ensure_partitions TO ${role}`,
  ];
  await owner.query(['BEGIN', ...settings, ...grants, ...others, 'COMMIT'].join(';\n'));
};
