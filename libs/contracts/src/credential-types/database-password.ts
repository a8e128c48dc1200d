import { z } from 'zod';
import { text, type TypeDefinition } from './definition.ts';

const host = text('The host', 253);
const port = z.string().regex(/^[0-9]{1,5}$/, 'The port is a number, such as 5432.');
const database = text('The database', 63);
const username = text('The user name', 63);
const sslmode = z
  .enum(['disable', 'prefer', 'require', 'verify-full'], 'The TLS mode is disable, prefer, require or verify-full.')
  .optional();
const password = text('The password', 1024);

export const databasePassword = {
  title: 'Database password',
  lead: 'Logs in to a database, Postgres for instance.',
  provider: null,
  icon: 'database',
  docsUrl: null,
  mask: 'whole',
  mainSecret: 'password',
  publicFields: z.strictObject({
    host: host.optional(),
    port: port.optional(),
    database: database.optional(),
    username: username.optional(),
    sslmode,
  }),
  secretFields: z.strictObject({ password }),
  neededToRotate: ['host', 'port', 'database', 'username'],
  neededToTest: ['host', 'database', 'username'],
  destinations: ['host', 'port'],
  guards: ['sslmode'],
  defaults: { port: '5432', sslmode: 'prefer' },
  display: [
    { name: 'host', label: 'Host', placeholder: 'db.internal' },
    { name: 'port', label: 'Port', placeholder: '5432' },
    { name: 'database', label: 'Database' },
    { name: 'username', label: 'User name' },
    { name: 'sslmode', label: 'TLS mode' },
    { name: 'password', label: 'Password' },
  ],
} as const satisfies TypeDefinition;

export const DatabasePasswordFields = z.object({ host, port, database, username, sslmode, password });
/** All fields of a `database_password` that can be logged in with, the secret one included: only ever inside `Sensitive`. */
export type DatabasePasswordFields = z.infer<typeof DatabasePasswordFields>;
