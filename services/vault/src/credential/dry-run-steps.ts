import { endsAtOnce, instructionsFor } from '@keyturn/contracts';
import type { PlannedStep } from '@keyturn/contracts/queries';
import { isTestable, overlapsNow, strategyNow } from './provider-abilities.ts';
import { spoken } from './said.ts';
import { nextVersionNumber, type RegisteredCredential, versionOf } from './state.ts';
import type { Waits } from './waits.ts';

// The steps of a rotation before it is asked for, as the policy of today would have them.

type About = {
  readonly state: RegisteredCredential;
  readonly waits: Waits;
  readonly next: number;
  readonly asked: readonly string[];
  readonly awaited: readonly string[];
};

const step = (name: PlannedStep['name'], sentence: string, atMostMs: number | null = null): PlannedStep => ({ name, sentence, atMostMs });

const siteOf = ({ state }: About): string =>
  instructionsFor(state.credentialType, versionOf(state, state.current)?.publicFields ?? {}).site;

const names = (instances: readonly string[]): string => (instances.length === 0 ? 'nobody that is there' : instances.join(', '));

const making = (about: About): PlannedStep[] => {
  const { state, next } = about;
  const strategy = strategyNow(state);
  const { valueWithinMs } = state.policy;
  if (strategy === 'assisted')
    return [step('make', `A person makes version ${next} at ${siteOf(about)} and brings it here.`, valueWithinMs)];
  if (strategy === 'issued') return [step('make', `The provider issues version ${next}, which is sealed and recorded.`)];
  return [
    step('make', `Version ${next} is chosen, sealed and recorded.`),
    step('apply', `The provider is told to accept version ${next}, in a login that no live version uses.`),
  ];
};

/** Where a person makes it and nobody can ask the provider, consumers alone try it. */
const testing = ({ state, next }: About): PlannedStep[] =>
  isTestable(state.credentialType, versionOf(state, state.current)?.publicFields ?? {})
    ? [step('test', `Version ${next} is tested at the provider.`)]
    : [];

const trying = ({ state, next, asked }: About): PlannedStep[] => {
  const { preflightMs } = state.policy;
  if (preflightMs === 0) return [];
  return [step('preflight', `Before the commit version ${next} is tried by ${names(asked)}.`, preflightMs)];
};

const AT_DEADLINE = {
  hold: 'both versions stay valid and the rotation is held',
  escalate: 'both versions stay valid, and somebody is told again and again',
  force: 'the old version is revoked all the same',
} as const satisfies Record<Waits['onDeadline'], string>;

/** Where the provider takes one value at a time, the old one is over before anybody could prove the new one. */
const WITHOUT_OVERLAP = {
  ...AT_DEADLINE,
  hold: 'the rotation is held',
  escalate: 'somebody is told again and again',
} as const satisfies Record<Waits['onDeadline'], string>;

const proving = ({ state, waits, awaited }: About): PlannedStep => {
  const { graceMs, deadlineMs, onDeadline } = waits;
  const { policy } = state;
  const happens = (overlapsNow(state) ? AT_DEADLINE : WITHOUT_OVERLAP)[onDeadline];
  const grace = graceMs === 0 ? 'without a grace' : `unused for ${spoken(graceMs)}`;
  const isForcedLater = policy.onDeadline === 'force' && onDeadline !== 'force';
  const later = isForcedLater ? `, and after ${spoken(policy.deadlineMs)} ${AT_DEADLINE.force}` : '';
  const sentence = `Proved by ${names(awaited)}, and ${grace}; after ${spoken(deadlineMs)} ${happens}${later}.`;
  return step('acknowledge', sentence, deadlineMs);
};

const ending = (about: About): PlannedStep[] => {
  const { state, waits } = about;
  const { current, policy } = state;
  if (strategyNow(state) === 'assisted') {
    const removed = `A person removes version ${current} at ${siteOf(about)}, which is then asked whether it is dead.`;
    return [step('erase', removed, waits.deadlineMs)];
  }
  const proved = step('erase', `Version ${current} is erased at the provider, and proved dead.`);
  if (endsAtOnce(state.credentialType))
    return [step('deny', `The provider deletes version ${current} at once: that can’t be undone there.`), proved];
  return [
    step('deny', `The provider lets no one in with version ${current} any more; that can be undone there.`),
    ...(policy.soakMs === 0 ? [] : [step('soak', `${spoken(policy.soakMs)} pass, in which it could be let in again.`, policy.soakMs)]),
    proved,
  ];
};

/** `asked`: who would try it before the commit. `awaited`: who must prove it after. */
export const stepsOf = (
  state: RegisteredCredential,
  waits: Waits,
  { asked, awaited }: { readonly asked: readonly string[]; readonly awaited: readonly string[] },
): PlannedStep[] => {
  const next = nextVersionNumber(state);
  const about = { state, waits, next, asked, awaited };
  const { approvals, approveWithinMs } = state.policy;
  return [
    ...(approvals === 0
      ? []
      : [step('approve', `${approvals === 1 ? 'Another person approves' : `${approvals} other persons approve`} it.`, approveWithinMs)]),
    ...making(about),
    ...testing(about),
    ...trying(about),
    step('commit', `Version ${next} becomes current.`),
    proving(about),
    ...ending(about),
  ];
};
