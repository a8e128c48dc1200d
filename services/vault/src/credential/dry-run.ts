import type { Actor } from '@keyturn/contracts';
import { rolesFor } from '@keyturn/contracts/access';
import type { AskedInstance, DryRun, Finding } from '@keyturn/contracts/queries';
import type { Facts } from './awaited.ts';
import { shortenedFor } from './deadline.ts';
import { findingsOf, type Known } from './dry-run-findings.ts';
import { inspectedIssuer } from './dry-run-issuer.ts';
import { stepsOf } from './dry-run-steps.ts';
import { mayForce } from './force.ts';
import { type LeaseFact, leaseState } from './lease-fact.ts';
import { instancesToAsk } from './preflight.ts';
import { overlapsNow, strategyNow } from './provider-abilities.ts';
import { nameOf, spoken } from './said.ts';
import { latestRotation } from './rotation.ts';
import type { RegisteredCredential } from './state.ts';
import { type Waits, waitsOf } from './waits.ts';

type Asking = { readonly reason: DryRun['reason']; readonly by: Actor };

const sentenceOf = (state: AskedInstance['state'], isAsked: boolean): string => {
  switch (state) {
    case 'live':
      return isAsked
        ? 'It is asked to try the version before the commit, and proves it afterwards.'
        : 'It proves the version after the commit.';
    case 'silent':
      return 'It is silent: it isn’t asked, and the old version waits for it until it is back or lost.';
    case 'lost':
      return 'It was silent for too long, and is waited for no more.';
    case 'ended':
      return 'It said goodbye.';
  }
};

const askedOf = (state: RegisteredCredential, asked: readonly string[], lease: LeaseFact): AskedInstance => {
  const { consumer, instance } = lease;
  const standing = leaseState(lease, state.policy);
  const preflight = asked.includes(`${consumer}/${instance}`);
  const awaited = standing === 'live' || standing === 'silent';
  return { consumer, instance, state: standing, preflight, awaited, sentence: sentenceOf(standing, preflight) };
};

const instancesOf = (state: RegisteredCredential, facts: Facts): AskedInstance[] => {
  const asked = state.policy.preflightMs > 0 ? instancesToAsk(state, (latestRotation(state)?.epoch ?? 0) + 1, facts) : [];
  return facts.leases.filter(({ holds }) => holds.length > 0).map((lease) => askedOf(state, asked, lease));
};

const approvalsOf = ({ policy }: RegisteredCredential, by: Actor): DryRun['approvals'] => {
  const { approvals: needed, approveWithinMs: withinMs } = policy;
  const roles = needed === 0 ? [] : [...rolesFor('rotation.approve', 'system')];
  const persons = needed === 1 ? 'Another person' : `${needed} other persons`;
  const sentence =
    needed === 0
      ? 'Nobody has to approve it.'
      : `${persons} than ${nameOf(by)} must approve it within ${spoken(withinMs)}: any ${roles.join(' or ')}.`;
  return { needed, roles, notBy: needed === 0 ? null : by.id, withinMs, sentence };
};

const overlapOf = (state: RegisteredCredential): DryRun['overlap'] =>
  overlapsNow(state)
    ? { possible: true, sentence: 'Both versions are accepted until the old one is proved unused.' }
    : { possible: false, sentence: 'The provider takes one value at a time: the next one ends the one of today.' };

const summaryOf = (findings: readonly Finding[], { approvals }: Pick<DryRun, 'approvals'>): string => {
  const blockers = findings.filter(({ blocks }) => blocks);
  if (blockers.length > 0) return `It can’t go ahead: ${blockers.map(({ sentence }) => sentence).join(' ')}`;
  return approvals.needed === 0 ? 'It can go ahead.' : `It can be asked for. ${approvals.sentence}`;
};

/** A short deadline for a compromised value brings the policy's force forward for those alone who might force. */
const waitsAsked = (state: RegisteredCredential, { reason, by }: Asking, { now }: Facts): Waits => {
  const shortened = shortenedFor(reason, state.policy);
  const waits = waitsOf(state, { shortened });
  const isSooner = waits.deadlineMs < state.policy.deadlineMs;
  return isSooner && waits.onDeadline === 'force' && !mayForce(by, now) ? { ...waits, onDeadline: 'escalate' } : waits;
};

/** What a rotation asked for now by this person would come to: pure, nothing is done anywhere. */
export const dryRun = (state: RegisteredCredential, { reason, by }: Asking, known: Known): DryRun => {
  const waits = waitsAsked(state, { reason, by }, known.facts);
  const consumers = instancesOf(state, known.facts);
  const findings = findingsOf(state, known);
  const approvals = approvalsOf(state, by);
  const named = (which: 'preflight' | 'awaited') => consumers.filter((one) => one[which]).map((one) => `${one.consumer}/${one.instance}`);
  return {
    credentialId: state.credentialId,
    address: state.address,
    epoch: (latestRotation(state)?.epoch ?? 0) + 1,
    reason,
    possible: findings.every(({ blocks }) => !blocks),
    sentence: summaryOf(findings, { approvals }),
    strategy: strategyNow(state),
    overlap: overlapOf(state),
    approvals,
    issuer: inspectedIssuer(state, known.issuer, known.facts.now),
    steps: stepsOf(state, waits, { asked: named('preflight'), awaited: named('awaited') }),
    consumers,
    findings,
    waits,
    policy: state.policy,
  };
};
