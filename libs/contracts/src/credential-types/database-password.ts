import { z } from 'zod';
import { type FieldIssue, type Fields, text, type TypeDefinition } from './definition.ts';

const host = text('The host', 253);
const port = z.string().regex(/^[0-9]{1,5}$/, 'The port is a number, such as 5432.');
const database = text('The database', 63);
const username = text('The user name', 63);
const sslmode = z
  .enum(['disable', 'prefer', 'require', 'verify-ca', 'verify-full'], 'The TLS mode is disable, prefer, require, verify-ca or verify-full.')
  .optional();
const sslrootcert = text('The root certificate', 4096)
  .regex(
    /^\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/,
    'The root certificate is PEM: it begins with -----BEGIN CERTIFICATE-----.',
  )
  .optional();
const roles = z.enum(['alternating', 'single'], 'Login roles is alternating or single.').optional();
const testQuery = text('The test query', 2000)
  .regex(/^\s*(select|with|values|table)\b/i, 'The test query begins with SELECT, WITH, VALUES or TABLE.')
  .optional();
const password = text('The password', 1024);

const ONE_ROLE = { roles: 'single' };
const VERIFIES: readonly string[] = ['verify-ca', 'verify-full'];

/** An authority that nobody would look at must not look like a protection. */
const check = ({ sslmode: mode = '', sslrootcert: authority }: Fields): readonly FieldIssue[] =>
  authority === undefined || VERIFIES.includes(mode)
    ? []
    : [{ path: 'sslrootcert', message: 'A root certificate is looked at only in the TLS modes verify-ca and verify-full.' }];

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
    sslrootcert,
    testQuery,
    roles,
  }),
  secretFields: z.strictObject({ password }),
  neededToRotate: ['host', 'port', 'database', 'username'],
  neededToTest: ['host', 'database', 'username'],
  destinations: ['host', 'port'],
  guards: ['sslmode', 'sslrootcert'],
  testedBy: ['testQuery'],
  defaults: { port: '5432', sslmode: 'prefer', roles: 'alternating' },
  display: [
    { name: 'host', label: 'Host', placeholder: 'db.internal' },
    { name: 'port', label: 'Port', placeholder: '5432' },
    { name: 'database', label: 'Database' },
    { name: 'username', label: 'User name' },
    {
      name: 'sslmode',
      label: 'TLS mode',
      help: 'prefer takes TLS where it is offered; verify-ca checks the certificate, verify-full the host name too.',
    },
    {
      name: 'sslrootcert',
      label: 'Root certificate',
      help: 'PEM of the authority that verify-ca and verify-full trust, where the system’s own don’t do.',
      placeholder: '-----BEGIN CERTIFICATE-----',
      lines: true,
    },
    {
      name: 'testQuery',
      label: 'Test query',
      help: 'Run at each test, in a transaction that only reads. It must answer a row. Without it the login alone is the test.',
      placeholder: 'select 1 from orders limit 1',
      lines: true,
    },
    {
      name: 'roles',
      label: 'Login roles',
      help: 'alternating: Keyturn logs in by turns as the role and a second one beside it. single, where there can be no second one: a person sets each next password, which ends the one of today at once. Whoever chooses it accepts that.',
    },
    { name: 'password', label: 'Password' },
  ],
  check,
  chosen: { unless: ONE_ROLE },
  oneAtATime: ONE_ROLE,
  byHand: {
    url: null,
    make: [
      'There is one role, and so no second password beside the one of today: setting the next one ends it at once for new logins. Sessions that are open go on. Choose a moment in which that is borne.',
      'As an administrator set another password for the role: ALTER ROLE … PASSWORD.',
      'Bring it here at once: until consumers have it, they can’t log in anew.',
    ],
    remove: ['Nothing is to be done: setting the new password ended the old one.'],
  },
} as const satisfies TypeDefinition;

export const DatabasePasswordFields = z.object({ host, port, database, username, sslmode, sslrootcert, password });
/** All fields of a `database_password` that can be logged in with, the secret one included: only ever inside `Sensitive`. */
export type DatabasePasswordFields = z.infer<typeof DatabasePasswordFields>;
