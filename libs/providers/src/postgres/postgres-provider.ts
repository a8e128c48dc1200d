import { type Pace, publicOnly } from '../http/index.ts';
import type { ChosenProvider } from '../provider.ts';
import { applyCandidate } from './apply-candidate.ts';
import { parsePostgresFields, type PostgresFields } from './fields.ts';
import { inspectIssuer } from './inspect-issuer.ts';
import { planCandidate } from './plan-candidate.ts';
import { denyLogins, endSessions, eraseLogin } from './revoke-login.ts';
import { sampleUse } from './sample-use.ts';
import type { DatabaseEgress } from './socket-within.ts';
import { checkDead, testLogin } from './test-login.ts';

/** What may be set from outside: limits, a clock that only measures, and what a test at a server waits for. Public addresses only, if no egress is named. */
export type PostgresProviderOptions = {
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly now?: () => number;
  readonly pace?: Pace;
  readonly egress?: DatabaseEgress;
};

/**
 * Rotates Postgres passwords by alternating login roles: the role that exists stays the owner of everything, and versions log in in
 * turn as the owner and as members that act for it. Opens one connection per call and keeps none.
 */
export const postgresProvider = (options: PostgresProviderOptions = {}): ChosenProvider<PostgresFields> => {
  const { connectTimeoutMs = 5_000, statementTimeoutMs = 15_000, now = () => performance.now(), pace } = options;
  const limits = { connectMs: connectTimeoutMs, statementMs: statementTimeoutMs, egress: options.egress ?? { rules: publicOnly } };
  return {
    type: 'postgres',
    strategy: 'chosen',
    parseFields: parsePostgresFields,
    test: async ({ fields, owner = fields.username }) => {
      await pace?.turn(`${fields.host}:${fields.port}`);
      return testLogin({ limits, now }, fields, owner);
    },
    isDead: (fields) => checkDead(limits, fields),
    planCandidate: (input) => planCandidate(limits, input),
    apply: (input) => applyCandidate(limits, input),
    denyLogins: (input) => denyLogins(limits, input),
    erase: (input) => eraseLogin(limits, input),
    endSessions: (input) => endSessions(limits, input),
    sampleUse: (input) => sampleUse(limits, input),
    inspectIssuer: (input) => inspectIssuer(limits, input),
  };
};
