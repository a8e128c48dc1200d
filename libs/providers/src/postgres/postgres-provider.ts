import type { Pace } from '../http/index.ts';
import type { ChosenProvider } from '../provider.ts';
import { applyCandidate } from './apply-candidate.ts';
import { parsePostgresFields, type PostgresFields } from './fields.ts';
import { inspectIssuer } from './inspect-issuer.ts';
import { planCandidate } from './plan-candidate.ts';
import { denyLogins, endSessions, eraseLogin } from './revoke-login.ts';
import { sampleUse } from './sample-use.ts';
import { checkDead, testLogin } from './test-login.ts';

/** What may be set from outside: limits, a clock that only measures, and what a test at a server waits for. */
export type PostgresProviderOptions = {
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly now?: () => number;
  readonly pace?: Pace;
};

/**
 * Rotates Postgres passwords by alternating login roles: the role that exists stays the owner of everything, and versions log in in
 * turn as the owner and as members that act for it. Opens one connection per call and keeps none.
 */
export const postgresProvider = (options: PostgresProviderOptions = {}): ChosenProvider<PostgresFields> => {
  const { connectTimeoutMs = 5_000, statementTimeoutMs = 15_000, now = () => performance.now(), pace } = options;
  const timeouts = { connectMs: connectTimeoutMs, statementMs: statementTimeoutMs };
  return {
    type: 'postgres',
    strategy: 'chosen',
    parseFields: parsePostgresFields,
    test: async ({ fields, owner = fields.username }) => {
      await pace?.(`${fields.host}:${fields.port}`);
      return testLogin({ timeouts, now }, fields, owner);
    },
    isDead: (fields) => checkDead(timeouts, fields),
    planCandidate: (input) => planCandidate(timeouts, input),
    apply: (input) => applyCandidate(timeouts, input),
    denyLogins: (input) => denyLogins(timeouts, input),
    erase: (input) => eraseLogin(timeouts, input),
    endSessions: (input) => endSessions(timeouts, input),
    sampleUse: (input) => sampleUse(timeouts, input),
    inspectIssuer: (input) => inspectIssuer(timeouts, input),
  };
};
