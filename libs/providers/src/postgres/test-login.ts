import { assertNever } from '@keyturn/kernel';
import type { Liveness, TestedLogin } from '../provider.ts';
import type { PostgresFields } from './fields.ts';
import { postgresFault, readServerAnswer, type ServerAnswer } from './server-answer.ts';
import { refusalOfQuery } from './test-query.ts';
import { withClient, type Login, type Limits } from './with-client.ts';

/** What a test needs besides the value: the limits, and a clock that only measures. */
export type LoginTest = { readonly limits: Limits; readonly now: () => number };

type Finding = Omit<TestedLogin, 'elapsedMs'>;

const where = ({ host, port, database }: PostgresFields) => `${database} at ${host}:${port}`;

type Session = { readonly login: string; readonly acting: string; readonly configured: string | null; readonly can: string[] | null };

/** Who the session is and what it may do, and for whom the owner itself acts, if it does (`ALTER ROLE owner SET role`). */
const readSession = async ({ client }: Login, owner: string): Promise<Session | undefined> => {
  const { rows } = await client.query<Session>(
    `select session_user::text as login, current_user::text as acting,
            (select substr(entry, 6) from pg_catalog.pg_db_role_setting s
               join pg_catalog.pg_roles r on r.oid = s.setrole and r.rolname = $1
              cross join unnest(s.setconfig) as entry
              where entry like 'role=%'
                and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
              order by s.setdatabase desc limit 1) as configured,
            (select array_remove(array[
                      case when r.rolsuper then 'do everything, as a superuser' end,
                      case when r.rolcreaterole then 'create roles' end,
                      case when r.rolcreatedb then 'create databases' end,
                      case when r.rolreplication then 'replicate' end,
                      case when r.rolbypassrls then 'bypass row security' end,
                      case when has_database_privilege(r.oid, current_database(), 'CREATE') then 'create schemas in this database' end
                    ], null)::text[]
               from pg_catalog.pg_roles r where r.rolname = current_user) as can`,
    [owner],
  );
  return rows[0];
};

const inspectLogin = async (login: Login, fields: PostgresFields, owner: string, limits: Limits): Promise<Finding> => {
  const session = await readSession(login, owner);
  const wanted = session?.configured && session.configured !== 'none' ? session.configured : owner;
  if (session?.login !== fields.username || session.acting !== wanted)
    return {
      verdict: 'forbidden',
      sentence: `The login as ${fields.username} works but doesn't act for ${wanted}: check ALTER ROLE … SET role and the membership.`,
    };
  const refused = fields.testQuery === undefined ? undefined : await refusalOfQuery(login.client, fields.testQuery, limits.statementMs);
  if (refused) return { ...refused, sentence: `${fields.username} logs in to ${where(fields)}, but ${refused.sentence}` };
  const doubt = login.passwordAsked() ? '' : ' The server asked for no password, so this says nothing about it: see pg_hba.conf.';
  return {
    verdict: 'valid',
    sentence: `${fields.username} logs in to ${where(fields)}${login.overTls ? ' over TLS' : ''} and acts for ${wanted}.${doubt}`,
    can: session.can ?? [],
  };
};

const findingOf = (answer: ServerAnswer, fields: PostgresFields): Finding => {
  const login = `${fields.username} on ${where(fields)}`;
  switch (answer.kind) {
    case 'denied':
      return {
        verdict: 'invalid',
        sqlState: answer.sqlState,
        sentence:
          answer.sqlState === '28P01'
            ? `The server refuses the password of ${login} (28P01): it is wrong, erased or expired.`
            : `The server doesn't let ${login} log in (28000): the role has no LOGIN or doesn't exist.`,
      };
    case 'not-let-in':
      return {
        verdict: 'forbidden',
        sqlState: answer.sqlState,
        sentence: `No line of the server's pg_hba.conf lets ${login} in from here (28000): add one, e.g. for +<owner> so that it covers members.`,
      };
    case 'unreachable':
      return answer.isFull
        ? { verdict: 'rate-limited', sentence: `The server of ${login} takes nobody more just now: ${answer.reason}.` }
        : { verdict: 'unreachable', sentence: `The server of ${login} can't be reached: ${answer.reason}.` };
    case 'busy':
      return { verdict: 'unreachable', sqlState: answer.sqlState, sentence: `The server of ${login} was too busy (${answer.sqlState}).` };
    case 'lacks-privilege':
    case 'refused':
    case 'unknown':
      return {
        verdict: 'forbidden',
        ...('sqlState' in answer ? { sqlState: answer.sqlState } : {}),
        sentence:
          `${login} is not allowed what the test does${'sqlState' in answer ? ` (SQLSTATE ${answer.sqlState})` : ''}: ` +
          `check CONNECT on the database, and that the database exists.`,
      };
    default:
      return assertNever(answer);
  }
};

/** Logs in once with the fields, checks for whom the session acts, and runs the credential's own query. What the server says is a verdict, never thrown. */
export const testLogin = async (test: LoginTest, fields: PostgresFields, owner: string): Promise<TestedLogin> => {
  const began = test.now();
  const elapsed = () => Math.round(test.now() - began);
  try {
    const finding = await withClient(fields, test.limits, (login) => inspectLogin(login, fields, owner, test.limits));
    return { ...finding, elapsedMs: elapsed() };
  } catch (error) {
    const answer = readServerAnswer(error);
    if (answer.kind === 'unknown' && answer.sqlState === undefined) throw postgresFault('testing a login', error);
    return { ...findingOf(answer, fields), elapsedMs: elapsed() };
  }
};

const attempt = async (limits: Limits, fields: PostgresFields): Promise<ServerAnswer | undefined> => {
  try {
    await withClient(fields, limits, () => Promise.resolve());
    return undefined;
  } catch (error) {
    return readServerAnswer(error);
  }
};

const ATTEMPTS = 2;

/** Tries to log in twice. Only the server's refusal of the role or the password counts as dead, and only both times. */
export const checkDead = async (limits: Limits, fields: PostgresFields): Promise<Liveness> => {
  for (let count = 0; count < ATTEMPTS; count += 1) {
    const answer = await attempt(limits, fields);
    if (!answer) return { state: 'alive', sentence: `${fields.username} still logs in to ${where(fields)}.` };
    if (answer.kind !== 'denied') return { state: 'unknown', sentence: findingOf(answer, fields).sentence };
  }
  return { state: 'dead', sentence: `${where(fields)} refused ${fields.username} twice.` };
};
