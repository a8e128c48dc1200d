import type { CredentialEvent } from '@keyturn/contracts/events';
import type { TestReason, TestView } from '@keyturn/contracts/queries';
import { changeVersion, type Fact } from './evolve-version.ts';
import { inspectedBy } from './inspected.ts';
import { type RegisteredCredential, versionOf, whoOf } from './state.ts';

// What changes outside rotations, and tests, make of a credential.

type Happened<Type extends CredentialEvent['type']> = Extract<CredentialEvent, { type: Type }>['data'];

/** How many tests are kept for whoever looks back; all of them are in the log. */
const TESTS_KEPT = 50;

/** What was seen of the issuer is kept once: what was seen later replaces it. */
const withoutIssuer = ({ issuer: _seenLater, ...test }: TestView): TestView => test;

const reasonOf = (state: RegisteredCredential, { version, epoch }: Happened<'credential.version-tested'>): TestReason => {
  if (epoch !== null) return 'rotation';
  if (state.change?.version === version) return 'change';
  return state.testAsked?.version === version && state.testAsked.by.kind === 'service' ? 'scheduled' : 'asked';
};

/** A current version that was in use untested is so no more once its test says that it works. */
export const recordTest = (state: RegisteredCredential, data: Happened<'credential.version-tested'>, fact: Fact): RegisteredCredential => {
  const { version, verdict, sentence, elapsedMs, can = [], issuer } = data;
  const why = reasonOf(state, data);
  const asked = (why === 'asked' || why === 'scheduled') && state.testAsked?.version === version ? state.testAsked : null;
  const tested = { verdict, sentence, elapsedMs, can, at: fact.recordedAt };
  const test = {
    ...tested,
    verdict,
    testId: asked?.testId ?? null,
    version,
    why,
    by: asked?.by ?? whoOf(fact.meta.actor),
    ...(issuer && { issuer }),
  };
  const proven = verdict === 'valid' ? { untested: null } : {};
  const rotations = state.rotations.map((rotation) =>
    rotation.epoch === data.epoch && verdict === 'valid' && rotation.testedAt === null
      ? { ...rotation, testedAt: fact.recordedAt }
      : rotation,
  );
  return {
    ...changeVersion(state, version, { tested, ...proven }),
    rotations,
    testAsked: asked ? null : state.testAsked,
    inspected: issuer ? inspectedBy(state.inspected, issuer, fact.recordedAt) : state.inspected,
    tests: [...(issuer ? state.tests.map(withoutIssuer) : state.tests), test].slice(-TESTS_KEPT),
  };
};

/** The open change, if there is one, is over: its version is current. */
export const committedChange = (
  { change, endedChanges }: RegisteredCredential,
  generation: number,
): Pick<RegisteredCredential, 'change' | 'failedChange' | 'endedChanges'> => {
  if (!change) return { change: null, failedChange: null, endedChanges };
  const { kind, version, commandId } = change;
  return { change: null, failedChange: null, endedChanges: [...endedChanges, { kind, version, commandId, generation, failure: null }] };
};

export const askChange = (state: RegisteredCredential, data: Happened<'credential.change-asked'>, fact: Fact): RegisteredCredential => {
  const { kind, version, reason = null, evenIfUnreachable = false, isDefault = false, trial: isTrial = false } = data;
  const { commandId, actor } = fact.meta;
  const asked = { kind, version, reason, evenIfUnreachable, isDefault, isTrial };
  const change = { ...asked, commandId, askedAt: fact.recordedAt, by: whoOf(actor) };
  return { ...state, change, failedChange: null };
};

/** A version that was staged for the change goes with it: nobody but us ever knew of it. */
export const failChange = (state: RegisteredCredential, data: Happened<'credential.change-failed'>, fact: Fact): RegisteredCredential => {
  const { kind, version, reasonCode: code, sentence, retryAfterSeconds } = data;
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  const at = fact.recordedAt;
  const commandId = state.change?.commandId ?? fact.meta.commandId;
  const ended = { kind, version, commandId, generation: state.generation, failure: { code, sentence, ...wait } };
  const failed = {
    ...state,
    change: null,
    failedChange: { kind, version, at, code, sentence },
    endedChanges: [...state.endedChanges, ended],
  };
  if (versionOf(state, version)?.status !== 'pending') return failed;
  return changeVersion(failed, version, { status: 'discarded', endedAt: at, endedBy: whoOf(fact.meta.actor) });
};

export const askTest = (state: RegisteredCredential, { version }: Happened<'credential.test-asked'>, fact: Fact): RegisteredCredential => ({
  ...state,
  testAsked: { testId: fact.meta.commandId, version, askedAt: fact.recordedAt, by: whoOf(fact.meta.actor) },
});
