import { endsAtOnce } from '@keyturn/contracts';
import { leaseState, type LeaseFact } from './lease-fact.ts';
import type { Rotation } from './rotation.ts';
import { type RegisteredCredential, sameLogin, versionOf } from './state.ts';
import { policyInForce, waitsOf } from './waits.ts';

/**
 * What the world says at a moment: the database's clock, the leases, and which of their consumers lack the grant to try a pending
 * version of this credential.
 */
export type Facts = { readonly now: string; readonly leases: readonly LeaseFact[]; readonly ungranted: readonly string[] };

const EVIDENCE_KEEPS_MS = 15_000;

export const millisecondsBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

const clock = (time: string): string => time.slice(11, 19);

/** Which version must be proved in use, and which one is to go. */
type Exchanged = Pick<Rotation, 'serving' | 'retiring'>;

const awaitedOfLease = (state: RegisteredCredential, rotation: Exchanged, lease: LeaseFact): string | null => {
  const standing = leaseState(lease, policyInForce(state));
  if (lease.holds.length === 0 || standing === 'lost' || standing === 'ended') return null;
  const name = `${lease.consumer}/${lease.instance}`;
  const said = state.acknowledged[name];
  const silent = standing === 'silent' ? `, silent since ${clock(lease.lastBeatAt)}` : '';
  if (said?.generation === state.generation && !said.ok)
    return `${name} reports that version ${said.version} does not work: ${said.sentence ?? 'no reason given'}${silent}`;
  if (said?.generation !== state.generation) return `${name} has not yet proved version ${rotation.serving}${silent}`;
  const retiring = versionOf(state, rotation.retiring);
  const goes = retiring ? sameLogin(state, retiring).map(({ version }) => version) : [];
  const old = lease.holds.find((hold) => goes.includes(hold.version) && hold.version !== state.current);
  return old === undefined ? null : `${name} still holds version ${old.version}${silent}`;
};

/** Leg 1, by name: `consumer/instance` of everyone that has not proved the current generation, or still holds the old version. */
export const awaitedNames = (state: RegisteredCredential, rotation: Rotation, facts: Facts): readonly string[] =>
  facts.leases
    .filter((lease) => awaitedOfLease(state, rotation, lease) !== null)
    .map(({ consumer, instance }) => `${consumer}/${instance}`);

/** Leg 1: the instances that have not proved the current generation, or still hold the old version. One clause each. */
export const awaitedInstances = (state: RegisteredCredential, rotation: Exchanged, facts: Facts): readonly string[] =>
  facts.leases.map((lease) => awaitedOfLease(state, rotation, lease)).filter((clause) => clause !== null);

/** What those have left who hold no lease, and so can't say that they are through. */
export const awaitedWithin = (leftMs: number): readonly string[] =>
  leftMs > 0 ? [`consumers without a lease have ${Math.ceil(leftMs / 1000)} s of grace left`] : [];

const awaitedGrace = (state: RegisteredCredential, rotation: Rotation, facts: Facts): readonly string[] => {
  const { graceMs } = waitsOf(state, rotation);
  return awaitedWithin(rotation.committedAt === null ? graceMs : graceMs - millisecondsBetween(rotation.committedAt, facts.now));
};

const awaitedEvidence = (state: RegisteredCredential, rotation: Rotation, facts: Facts): readonly string[] => {
  const { evidence } = rotation;
  if (evidence === null || evidence.version !== rotation.retiring)
    return [`the provider has not yet been watched for uses of version ${rotation.retiring}`];
  if (!evidence.idle) return [evidence.sentence.replace(/\.$/u, '')];
  const keeps = Math.max(EVIDENCE_KEEPS_MS, 5 * state.policy.evidenceEveryMs);
  const fresh = millisecondsBetween(evidence.at, facts.now) <= keeps && evidence.observedMs >= waitsOf(state, rotation).graceMs;
  return fresh ? [] : [`the provider is being watched for uses of version ${rotation.retiring}`];
};

/**
 * Everything that still stands between a committed rotation and its revoke (design §5, "revoke on proof of use"): the three legs in order.
 * Empty means proved.
 */
export const awaited = (state: RegisteredCredential, rotation: Rotation, facts: Facts): readonly string[] => [
  ...awaitedInstances(state, rotation, facts),
  ...awaitedGrace(state, rotation, facts),
  // Who makes values by hand has no provider that tells of their use.
  ...(rotation.strategy === 'assisted' ? [] : awaitedEvidence(state, rotation, facts)),
];

/** The instances that no longer count because they were silent for too long: recorded with the revoke. */
export const lostInstances = (state: RegisteredCredential, facts: Facts): readonly string[] =>
  facts.leases
    .filter((lease) => lease.holds.length > 0 && leaseState(lease, policyInForce(state)) === 'lost')
    .map((lease) => `${lease.consumer}/${lease.instance}`);

/** How much longer the old version can be let in again, in milliseconds. */
export const soakLeft = (state: RegisteredCredential, version: number, now: string): number => {
  // What a person removed, or its provider can only delete, can't be let in again.
  if (state.rotations.at(-1)?.strategy === 'assisted' || endsAtOnce(state.credentialType)) return 0;
  const deniedAt = versionOf(state, version)?.loginsDeniedAt ?? null;
  return deniedAt === null ? state.policy.soakMs : Math.max(0, state.policy.soakMs - millisecondsBetween(deniedAt, now));
};
