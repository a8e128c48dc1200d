import { noTestBecause, type TestVerdict } from '@keyturn/contracts';
import { ok, refuse } from '@keyturn/kernel';
import type { CommandOf } from './command.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import { type RegisteredCredential, versionOf } from './state.ts';

// A test that somebody asks for: of the current version, which it leaves as it is.

export const requestTest = (state: RegisteredCredential): Decided => {
  const current = versionOf(state, state.current);
  if (!current) return refuse({ code: 'change-open', version: state.change?.version ?? 1 });
  const why = noTestBecause(state.credentialType, current.publicFields);
  if (why !== null) return refuse({ code: 'no-test', why });
  return ok(state.testAsked ? [] : [eventsOf(state)('credential.test-asked', { version: current.version })]);
};

/** What the worker said of a version, and of who would make the next one. */
export const testedBy = (data: CommandOf<'errand.record-tested'>, state: RegisteredCredential, verdict: TestVerdict): CredentialFact => {
  const { version, sentence, elapsedMs, can, issuer } = data;
  const inspected = issuer?.issuerId === state.issuer ? { issuer } : {};
  const report = { version, epoch: null, sentence, elapsedMs, ...(can === undefined ? {} : { can }), ...inspected };
  return eventsOf(state)('credential.version-tested', { ...report, verdict });
};

/** What the worker says of the current version, where somebody had asked. */
export const testedAsAsked = (data: CommandOf<'errand.record-tested'>, state: RegisteredCredential): CredentialFact[] => {
  const { version, verdict } = data;
  if (state.testAsked?.version !== version) return [];
  // A worker of another version that has no test for the type has found out nothing.
  return [testedBy(data, state, verdict === 'no-test' ? 'unreachable' : verdict)];
};
