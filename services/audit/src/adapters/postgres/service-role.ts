import { ensureLogin, grantTables } from '@keyturn/database';
import { Sensitive } from '@keyturn/kernel';
import type { Client } from 'pg';

/** What the service may do, and nothing else: entries can only be added. */
const GRANTS = {
  entries: 'SELECT, INSERT',
  checkpoint: 'SELECT, INSERT, UPDATE',
  parked: 'SELECT, INSERT',
  convictions: 'SELECT, INSERT',
  open_rotations: 'SELECT',
} as const;

/** Makes the role that `serviceUrl` logs in as, if it is missing, and grants it what the service needs. Harmless when repeated. */
export const grantService = async (owner: Client, serviceUrl: Sensitive<string>): Promise<void> => {
  const url = new URL(serviceUrl.reveal());
  const name = decodeURIComponent(url.username);
  const password = url.password === '' ? undefined : new Sensitive(decodeURIComponent(url.password));
  // A role that exists is left as it is: whoever runs the database may have made it.
  await ensureLogin(owner, { name, password }, { whenThere: 'keep' });
  await owner.query(['BEGIN', ...(await grantTables(owner, name, GRANTS)), 'COMMIT'].join(';\n'));
};
