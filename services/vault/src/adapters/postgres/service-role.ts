import { ensureLogin, grantTables, type LoginRole } from '@keyturn/database';
import { type Client, escapeIdentifier } from 'pg';

/** What the service may do, and nothing else: the log's own tables can only grow. */
const GRANTS = {
  events: 'SELECT, INSERT',
  streams: 'SELECT, INSERT',
  commands: 'SELECT, INSERT, DELETE',
  incarnation: 'SELECT',
  credentials: 'SELECT, INSERT, UPDATE, DELETE',
  credential_upkeep: 'SELECT, INSERT, UPDATE, DELETE',
  credential_words: 'SELECT, INSERT, UPDATE',
  consumers: 'SELECT, INSERT',
  bulk_rotations: 'SELECT, INSERT, UPDATE',
  api_token_uses: 'SELECT, INSERT, UPDATE',
  legacy_users: 'SELECT, INSERT, UPDATE',
  wrapped_deks: 'SELECT, INSERT, UPDATE, DELETE',
  leases: 'SELECT, INSERT, UPDATE, DELETE',
  lease_holds: 'SELECT, INSERT, UPDATE, DELETE',
  lease_endings: 'SELECT, INSERT, DELETE',
  listening: 'SELECT, INSERT, UPDATE, DELETE',
  vault_identity: 'SELECT, INSERT, UPDATE',
  sealing_keys: 'SELECT, INSERT, UPDATE, DELETE',
  keks: 'SELECT, INSERT, UPDATE',
  kek_wraps: 'SELECT, INSERT, UPDATE',
  vault_replicas: 'SELECT, INSERT, UPDATE, DELETE',
  rewraps: 'SELECT, INSERT, UPDATE',
  backup_progress: 'SELECT, INSERT, UPDATE, DELETE',
  provider_turns: 'SELECT, INSERT, UPDATE, DELETE',
} as const;

/** Every table of the vault but `migrations`. */
export const SERVICE_TABLES: readonly string[] = Object.keys(GRANTS);

/** Hold for every session of the role, whoever opens it: a stopped holder of the append lock is ended by the server. */
const SETTINGS = { idle_in_transaction_session_timeout: '2s', lock_timeout: '4s', statement_timeout: '10s' } as const;

/**
 * Makes the role that the running vault logs in as, if a password is given (otherwise whoever runs the database has made it), and grants it
 * what the service needs. Harmless when repeated.
 */
export const grantService = async (owner: Client, service: LoginRole): Promise<void> => {
  if (service.password) await ensureLogin(owner, service, { whenThere: 'set-password' });
  const role = escapeIdentifier(service.name);
  const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
  const database = escapeIdentifier(rows[0]?.name ?? '');
  const settings = Object.entries(SETTINGS).map(([key, value]) => `ALTER ROLE ${role} IN DATABASE ${database} SET ${key} = '${value}'`);
  const grants = await grantTables(owner, service.name, GRANTS);
  const others = [
    `REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC, ${role}`,
    `GRANT EXECUTE ON FUNCTION ensure_partitions TO ${role}`,
  ];
  await owner.query(['BEGIN', ...settings, ...grants, ...others, 'COMMIT'].join(';\n'));
};
