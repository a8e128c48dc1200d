import type { Actor, RotationPolicy, Strategy } from '@keyturn/contracts';
import type { EndedSessions } from '@keyturn/contracts/events';
import type { Time } from './version.ts';

export type Acknowledged = {
  readonly consumer: string;
  readonly instance: string;
  readonly generation: number;
  readonly version: number;
  readonly ok: boolean;
  readonly sentence: string | null;
  readonly at: Time;
};

/** What an instance said of the pending version. */
export type Probed = {
  readonly consumer: string;
  readonly instance: string;
  readonly ok: boolean;
  readonly sentence: string;
  readonly at: Time;
};

export type Preflight = {
  readonly version: number;
  /** Those who were asked, `consumer/instance`; whoever was asked later stands behind the others. */
  readonly instances: readonly string[];
  /** Consumers that hold the credential and were not asked: they lack the grant. */
  readonly ungranted: readonly string[];
  /** How often somebody was asked. */
  readonly rounds: number;
  readonly askedAt: Time;
  readonly until: Time;
  readonly probes: readonly Probed[];
};

/** Who took a commit back, and why. */
export type RolledBack = { readonly by: Actor; readonly reason: string; readonly at: Time };

export type Evidence = {
  readonly version: number;
  readonly idle: boolean;
  readonly observedMs: number;
  readonly sentence: string;
  readonly at: Time;
};

/** `tryId`: of the last try, which alone may stage. `incarnation`: of the log in which it was announced first. */
export type Announced = {
  readonly version: number;
  readonly providerId: string;
  readonly tryId: string | null;
  readonly incarnation: number;
};

/** Who agreed that it begins. */
export type Approval = { readonly by: Actor; readonly at: Time; readonly note: string | null };

/** A force that a second person must approve. */
export type ForceAsked = {
  readonly by: Actor;
  readonly at: Time;
  readonly reason: string;
  readonly cutOff: readonly string[];
  /** From then on nobody approves it any more. */
  readonly until: Time;
};

/** That the old version was revoked without the proof, in whose name and why. */
export type Forced = Omit<ForceAsked, 'until'> & {
  readonly how: 'hand' | 'policy';
  readonly approvedBy: Actor | null;
  readonly unproved: readonly string[];
  /** The sessions that the provider ended for it. */
  readonly ended: EndedSessions | null;
};

export type Rotation = {
  readonly epoch: number;
  readonly status: 'open' | 'completed' | 'failed';
  readonly reason: string;
  readonly note: string | null;
  readonly requestedBy: Actor;
  readonly requestedAt: Time;
  readonly askedAt: Time; // by whoever asked: in a bulk rotation its turn, and so its request, comes later
  /** The trace of the request, for whoever carries the rotation on. */
  readonly traceparent: string | null;
  readonly endedAt: Time | null;
  readonly heldAt: Time | null;
  /** Until then its provider takes no calls, and why. */
  readonly throttled: { readonly until: Time; readonly sentence: string } | null;
  /** How many other persons must approve it. It keeps the number under which it was requested. */
  readonly approvalsNeeded: number;
  readonly approvals: readonly Approval[];
  /** Where others must approve it: what guarded the old version when it was asked for. */
  readonly approvedUnder: Pick<RotationPolicy, 'preflightMs' | 'graceMs' | 'lostAfterMs'> | null;
  /** Of a compromised value: what is waited for instead of what the policy says. */
  readonly shortened: { readonly graceMs: number; readonly deadlineMs: number } | null;
  /** By how much its deadline was moved. */
  readonly extraMs: number;
  readonly escalated: { readonly times: number; readonly lastAt: Time } | null;
  readonly forceAsked: ForceAsked | null;
  readonly forced: Forced | null;
  /** Who makes its value. */
  readonly strategy: Strategy;
  /** Whether what the issuer makes may be tested elsewhere than at the issuer's own server. */
  readonly elsewhere: boolean;
  /** What the provider was about to issue: found there by `providerId`, whether its value came to us or not. */
  readonly announced: Announced | null;
  /** The version that this rotation made. */
  readonly candidate: number | null;
  readonly preflight: Preflight | null;
  /** The version that serves once this rotation is committed: the candidate, or after a rollback the one before it. */
  readonly serving: number | null;
  /** The version that this rotation takes out of use. */
  readonly retiring: number | null;
  /** Since when `serving` is current: the commit, or the rollback. */
  readonly committedAt: Time | null;
  /** The commit of `candidate`, rolled back or not. */
  readonly firstCommittedAt: Time | null;
  readonly rolledBack: RolledBack | null;
  /** Since when its candidate is known to work. */
  readonly testedAt: Time | null;
  readonly evidence: Evidence | null;
  /** Reports on the generation that this rotation made, in order. */
  readonly reports: readonly Acknowledged[];
  readonly failure: { readonly step: string; readonly code: string; readonly sentence: string } | null;
};

type Rotated = { readonly rotations: readonly Rotation[] };

export const latestRotation = (state: Rotated): Rotation | undefined => state.rotations.at(-1);

export const openRotation = (state: Rotated): Rotation | undefined => {
  const latest = latestRotation(state);
  return latest?.status === 'open' ? latest : undefined;
};
