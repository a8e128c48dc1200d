import { losesLimits, noTestBecause, type Refusal } from '@keyturn/contracts';
import type { Finding } from '@keyturn/contracts/queries';
import type { Facts } from './awaited.ts';
import { blocking, isRefused, noted, ofIssuer } from './dry-run-issuer.ts';
import { leaseState } from './lease-fact.ts';
import { obstaclesTo } from './obstacles.ts';
import { ungrantedHolders } from './preflight.ts';
import { overlapsNow, strategyNow } from './provider-abilities.ts';
import { openRotation } from './rotation.ts';
import { type RegisteredCredential, rootOf, versionOf } from './state.ts';

// What a rotation would run into, if it were asked for now.

const sentenceOf = (state: RegisteredCredential, refusal: Refusal): string => {
  switch (refusal.code) {
    case 'rotation-open':
      return `Rotation ${refusal.epoch} is open: only one goes on at a time.`;
    case 'credential-disabled':
      return `The credential is disabled: ${state.disabled?.reason ?? ''}.`;
    case 'change-open':
      return `Version ${refusal.version} is being tested, to become current.`;
    case 'nothing-to-rotate':
      return 'It has no current version.';
    case 'issuer-missing':
      return 'It names no issuer, and so nobody who makes the next value at the provider.';
    case 'fields-missing':
      return `It lacks public fields that a rotation needs: ${refusal.fields}.`;
    default:
      return 'why' in refusal ? refusal.why : refusal.code;
  }
};

const ofTest = (state: RegisteredCredential): readonly Finding[] => {
  const tested = versionOf(state, state.current)?.tested;
  return tested && isRefused(tested.verdict)
    ? [
        noted(
          'test-failing',
          `The last test of the value of today failed: ${tested.sentence} A rotation may mend it; nobody can go back then.`,
        ),
      ]
    : [];
};

/** A value that nobody can test is committed on the consumers' word alone. */
const ofNoTest = (state: RegisteredCredential): readonly Finding[] => {
  const why = noTestBecause(state.credentialType, versionOf(state, state.current)?.publicFields ?? {});
  return why === null ? [] : [noted('no-test', `${why} The consumers alone try it, and a person says that the old value is gone.`)];
};

/** Did an issuer make the value of today, whatever was edited beside it since? */
const isIssued = (state: RegisteredCredential): boolean => {
  const current = versionOf(state, state.current);
  const root = current && versionOf(state, rootOf(state, current));
  return root !== undefined && root.epoch !== null && state.rotations[root.epoch - 1]?.strategy === 'issued';
};

/** Whether a person limited the value of today nobody can see; what a rotation had issued before has no limits already. */
const ofLimits = (state: RegisteredCredential): readonly Finding[] => {
  if (isIssued(state) || !losesLimits(state.credentialType) || strategyNow(state) !== 'issued') return [];
  const sentence = 'If the value of today is limited to some calls at the provider, the next one isn’t: limits can’t be seen, nor copied.';
  return [noted('limits-not-copied', sentence)];
};

/** What is owed at the provider is found there by a name that isn't used again before it is settled. An open rotation's own is no finding. */
const ofLedger = (state: RegisteredCredential): readonly Finding[] =>
  openRotation(state)
    ? []
    : state.ledger.map(({ kind, version, providerId, since, sentence }) => {
        const why = sentence === undefined ? '' : ` ${sentence}`;
        return noted(
          'ledger-open',
          `${providerId} of version ${version} is ${kind} since ${since.slice(0, 10)} and isn’t used again before.${why}`,
        );
      });

const ofConsumers = (state: RegisteredCredential, facts: Facts): readonly Finding[] => {
  const silent = facts.leases.filter((lease) => lease.holds.length > 0 && leaseState(lease, state.policy) === 'silent');
  const names = silent.map(({ consumer, instance }) => `${consumer}/${instance}`);
  const ungranted = state.policy.preflightMs === 0 ? [] : ungrantedHolders(facts);
  return [
    ...(names.length > 0 ? [noted('consumers-silent', `Silent, and waited for until they are back or lost: ${names.join(', ')}.`)] : []),
    ...(ungranted.length > 0
      ? [noted('consumers-ungranted', `Not asked to try it before the commit, for want of the grant: ${ungranted.join(', ')}.`)]
      : []),
  ];
};

export type Known = {
  readonly issuer: RegisteredCredential | null;
  readonly facts: Facts;
  /** A restore holds every rotation back. */
  readonly isHeldBack: boolean;
  /** Why whoever asks may not have it tested where it is. */
  readonly refusal: Refusal | null;
};

/** Everything of it, what blocks first. */
export const findingsOf = (state: RegisteredCredential, { issuer, facts, isHeldBack, refusal }: Known): Finding[] => {
  const found = [
    ...(isHeldBack ? [blocking('restore-unchecked', 'Rotations are held back until what a restore brought back is tested.')] : []),
    ...obstaclesTo(state).map((obstacle) => blocking(obstacle.code, sentenceOf(state, obstacle))),
    ...(refusal ? [blocking(refusal.code, 'sentence' in refusal ? refusal.sentence : refusal.code)] : []),
    ...ofIssuer(state, issuer, facts.now),
    ...ofTest(state),
    ...ofNoTest(state),
    ...ofLimits(state),
    ...ofLedger(state),
    ...ofConsumers(state, facts),
    ...(overlapsNow(state)
      ? []
      : [
          noted(
            'no-overlap',
            'The next value ends the one of today at once: consumers fail from then until they have it, and nothing can be taken back.',
          ),
        ]),
  ];
  return [...found.filter(({ blocks }) => blocks), ...found.filter(({ blocks }) => !blocks)];
};
