import { noTestBecause } from '@keyturn/contracts';
import type { RecheckOutcome } from '@keyturn/contracts/events';
import { ok } from '@keyturn/kernel';
import type { CommandOf } from './command.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import { isUnchecked, type RegisteredCredential, versionOf } from './state.ts';

// After a restore: does the provider still accept the version that is current again?

type Verdict = CommandOf<'errand.record-tested'>['verdict'];

const OUTCOMES: Readonly<Record<Verdict, RecheckOutcome>> = {
  valid: 'tested',
  invalid: 'failed',
  forbidden: 'failed',
  unreachable: 'unreachable',
  'rate-limited': 'unreachable',
  'no-test': 'no-test',
};

type Said = { readonly version: number; readonly incarnation: number; readonly sentence: string; readonly elapsedMs: number };

const record = (
  state: RegisteredCredential,
  outcome: RecheckOutcome,
  { version, incarnation, sentence, elapsedMs }: Said,
): CredentialFact[] => {
  if (version !== state.current || !isUnchecked(state, incarnation)) return [];
  const before = state.recheck;
  // A provider that stays out of reach is asked again and again, and recorded once.
  if (before?.outcome === outcome && before.version === version && before.incarnation === incarnation) return [];
  return [eventsOf(state)('credential.rechecked', { version, incarnation, outcome, sentence, elapsedMs })];
};

/** The worker has tried the current version. */
export const recordRecheck = (data: CommandOf<'errand.record-tested'>, state: RegisteredCredential): CredentialFact[] => {
  const { version, verdict, sentence, elapsedMs, rechecking } = data;
  return rechecking === null ? [] : record(state, OUTCOMES[verdict], { version, sentence, elapsedMs, incarnation: rechecking });
};

const noTestOf = (state: RegisteredCredential, version: number): string =>
  noTestBecause(state.credentialType, versionOf(state, version)?.publicFields ?? {}) ?? 'It was not tested.';

export const recordNoTest = ({ version, incarnation }: CommandOf<'credential.record-no-test'>, state: RegisteredCredential): Decided =>
  ok(record(state, 'no-test', { version, incarnation, sentence: noTestOf(state, version), elapsedMs: 0 }));
