import { assertNever, refuse, type Result } from '@keyturn/kernel';
import type { Client } from 'pg';
import type { ProviderRefusal } from '../refusal.ts';
import type { PostgresFields } from './fields.ts';
import { missingPrivileges } from './missing-privileges.ts';
import { postgresFault, readServerAnswer, type ServerAnswer } from './server-answer.ts';
import { withClient, type Limits } from './with-client.ts';

/** What an issuer's session is for: the doing as a verb in -ing, and the roles it touches, of which the first is the owner. */
export type IssuerTask = {
  readonly issuer: PostgresFields;
  readonly limits: Limits;
  readonly doing: string;
  readonly usernames: readonly string[];
  /** True for what only a forced revoke does, so that a refusal asks for no more than the task needs. */
  readonly force?: boolean;
};

const where = ({ host, port }: PostgresFields) => `${host}:${port}`;

const lacksPrivilege = async (client: Client, { issuer, usernames, doing, force = false }: IssuerTask): Promise<ProviderRefusal> => {
  const missing = await missingPrivileges(client, usernames);
  const needed = missing.filter((one) => one.needed === 'rotation' || (force && one.needed === 'force'));
  const grants = needed.flatMap(({ statement }) => statement ?? []);
  const advice = grants.length > 0 ? `Run there as an administrator: ${grants.join(' ')}` : 'Use a superuser as the issuer.';
  return { code: 'issuer-lacks-privilege', grants, sentence: `The issuer ${issuer.username} lacks a privilege for ${doing}. ${advice}` };
};

const refusalOf = (answer: ServerAnswer, { issuer, doing }: IssuerTask): ProviderRefusal | undefined => {
  switch (answer.kind) {
    case 'denied':
    case 'not-let-in':
      return {
        code: 'issuer-denied',
        sqlState: answer.sqlState,
        sentence:
          `The server at ${where(issuer)} turned the issuer ${issuer.username} away (${answer.sqlState}): ` +
          `check its user name, its password and the server's pg_hba.conf.`,
      };
    case 'unreachable':
      return { code: 'provider-unreachable', sentence: `The Postgres server at ${where(issuer)} can't be reached: ${answer.reason}.` };
    case 'lacks-privilege':
    case 'refused':
      return {
        code: 'provider-refused',
        sqlState: answer.sqlState,
        sentence: `The server at ${where(issuer)} refused ${doing} (SQLSTATE ${answer.sqlState}).`,
      };
    case 'busy':
    case 'unknown':
      return undefined;
    default:
      return assertNever(answer);
  }
};

/**
 * Works in one session of the issuer. What the server says no to comes back as a refusal with a sentence (a missing privilege with
 * the exact GRANT); everything else is thrown, scrubbed of the server's words.
 */
export const asIssuer = async <T>(
  task: IssuerTask,
  work: (client: Client) => Promise<Result<T, ProviderRefusal>>,
): Promise<Result<T, ProviderRefusal>> => {
  try {
    return await withClient(task.issuer, task.limits, async ({ client }) => {
      try {
        return await work(client);
      } catch (error) {
        if (readServerAnswer(error).kind !== 'lacks-privilege') throw error;
        return refuse(await lacksPrivilege(client, task));
      }
    });
  } catch (error) {
    const refusal = refusalOf(readServerAnswer(error), task);
    if (refusal) return refuse(refusal);
    throw postgresFault(task.doing, error);
  }
};
