import type {
  Actor,
  CredentialType,
  Labels,
  Origin,
  PublicFields,
  Refusal,
  RotationPolicy,
  Strategy,
  VersionStatus,
} from '@keyturn/contracts';
import type { ChangeKind, EndedSessions, RecheckOutcome } from '@keyturn/contracts/events';
import type { LedgerEntry, TestView, Who } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Scheduled } from './scheduled.ts';

/** Times are the database's, ISO 8601 with microseconds. */
export type Time = string;

export type Tested = {
  readonly verdict: string;
  readonly sentence: string;
  readonly elapsedMs: number;
  readonly can: string[];
  readonly at: Time;
};

/** A test that somebody asked for and that is not done yet. `testId`: the id of the command that asked. */
export type TestAsked = { readonly testId: string; readonly version: number; readonly askedAt: Time; readonly by: Who };

export type Version = {
  readonly version: number;
  readonly status: VersionStatus;
  readonly epoch: number | null;
  /** Where in the log its ciphertext is. */
  readonly position: number;
  readonly publicFields: PublicFields;
  readonly masks: Readonly<Record<string, string>>;
  /** What finds it at the provider. */
  readonly providerId: string;
  /** The version whose secret fields it has, if only public fields were edited. */
  readonly editedFrom: number | null;
  readonly stagedAt: Time;
  readonly stagedBy: Who;
  readonly appliedAt: Time | null;
  readonly tested: Tested | null;
  readonly untested: string | null;
  readonly committedAt: Time | null;
  readonly committedBy: Who | null;
  readonly supersededAt: Time | null;
  readonly revokingAt: Time | null;
  readonly loginsDeniedAt: Time | null;
  readonly endedAt: Time | null;
  readonly endedBy: Who | null;
  /** Why nobody revokes it at the provider, where another version replaced it. */
  readonly leftAliveBecause: string | null;
  /** Since when nothing but a backup opens it. */
  readonly shreddedAt: Time | null;
};

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

/** A version on its way to become current outside a rotation. */
export type Change = {
  readonly kind: ChangeKind;
  readonly version: number;
  readonly reason: string | null;
  readonly evenIfUnreachable: boolean;
  /** Of a registration: it becomes its service's default with its commit. */
  readonly isDefault: boolean;
  /** Of a registration: it ends with its test, whatever that says. */
  readonly isTrial: boolean;
  /** The id of the command that asked. */
  readonly commandId: string;
  readonly askedAt: Time;
  readonly by: Who;
};

/** What became of a change, by the id of the command that asked for it. */
export type EndedChange = Pick<Change, 'kind' | 'version' | 'commandId'> & {
  readonly generation: number;
  /** Null: it was committed. */
  readonly failure: { readonly code: string; readonly sentence: string; readonly retryAfterSeconds?: number } | null;
};

export type FailedChange = {
  readonly kind: ChangeKind;
  readonly version: number;
  readonly at: Time;
  readonly code: string;
  readonly sentence: string;
};

/** What the test of the current version after a restore came to. */
export type Recheck = {
  readonly incarnation: number;
  readonly version: number;
  readonly outcome: RecheckOutcome;
  readonly sentence: string;
  readonly at: Time;
};

/** A deletion under way: the versions are revoked at the provider first. */
export type Deletion = { readonly epoch: number; readonly reason: string; readonly startedAt: Time; readonly by: Who };

/** What is said of a credential beside its value. */
export type CredentialDetails = {
  readonly displayName: string | null;
  readonly labels: Labels;
  readonly notes: string | null;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly expiresAt: string | null;
  readonly origin: Origin | null;
};

export type RegisteredCredential = CredentialDetails &
  Scheduled & {
    readonly status: 'registered';
    readonly credentialId: string;
    readonly address: string;
    readonly credentialType: CredentialType;
    readonly issuer: string | null;
    /** Null where it was named before anybody looked. */
    readonly issuerType: CredentialType | null;
    readonly policy: RotationPolicy;
    /** Who answers for a force at the deadline, where the policy has one. */
    readonly forceApproved: { readonly by: Actor; readonly reason: string; readonly at: Time } | null;
    readonly registeredAt: Time;
    /** When its value or its details last changed; the steps of a rotation before and after the commit do not count. */
    readonly updatedAt: Time;
    readonly incarnation: number;
    /** How often its value, its details or what may be done with it changed; a rotation's other steps don't count. */
    readonly changes: number;
    readonly generation: number;
    /** The incarnation in which it last rose. */
    readonly generationIn: number;
    /** By how much it rises next: 1, but after a restore. */
    readonly generationStep: number;
    readonly current: number | null;
    readonly versions: readonly Version[];
    /** By epoch: `rotations[epoch - 1]`. */
    readonly rotations: readonly Rotation[];
    /** The last report of each instance, by `consumer/instance`. */
    readonly acknowledged: Readonly<Record<string, Acknowledged>>;
    readonly ledger: readonly LedgerEntry[];
    /** While it is there nobody gets the secret. */
    readonly disabled: { readonly at: Time; readonly by: Who; readonly reason: string } | null;
    readonly change: Change | null;
    readonly failedChange: FailedChange | null;
    /** The changes that are over, in order. */
    readonly endedChanges: readonly EndedChange[];
    readonly testAsked: TestAsked | null;
    /** The newest ones, in order. */
    readonly tests: readonly TestView[];
    readonly deletion: Deletion | null;
    /** Of the current version only. */
    readonly recheck: Recheck | null;
    /** The incarnation in which the current version was committed, or had its result after a restore. */
    readonly settledIn: number;
    /** May people and programs have the secret shown? */
    readonly revealable: boolean;
  };

/** Was the current version neither committed nor tested since the log was restored as this incarnation? */
export const isUnchecked = ({ settledIn, current }: RegisteredCredential, incarnation: number): boolean =>
  current !== null && settledIn < incarnation;

/** What somebody saw when they decide on a change: another one after each change, and after a restore. */
export const revisionOf = ({ incarnation, changes }: RegisteredCredential): string => `${incarnation}.${changes}`;

/** Its history stays; nothing can happen to it any more. */
export type DeletedCredential = {
  readonly status: 'deleted';
  /** As it was at the end. */
  readonly last: RegisteredCredential;
  readonly deletedAt: Time;
  readonly by: Who;
  readonly reason: string;
  readonly revoked: readonly number[];
  readonly leftAliveBecause: string | null;
  readonly backupRetentionDays: number;
};

export type Credential = { readonly status: 'unregistered' } | RegisteredCredential | DeletedCredential;

export const unregistered: Credential = { status: 'unregistered' };

/** The credential, unless there is none or it is deleted. */
export const aliveOf = (state: Credential): Result<RegisteredCredential, Refusal> => {
  if (state.status === 'registered') return ok(state);
  return refuse({ code: state.status === 'deleted' ? 'credential-deleted' : 'credential-unknown' });
};

/** The credential, unless nobody may get its secret now. */
export const usableOf = (state: Credential): Result<RegisteredCredential, Refusal> => {
  const alive = aliveOf(state);
  if (!alive.ok) return alive;
  if (alive.value.deletion) return refuse({ code: 'credential-deleting' });
  return alive.value.disabled ? refuse({ code: 'credential-disabled' }) : alive;
};

/** What is known of a credential, whether it is deleted or not; null where there never was one. */
export const knownOf = (state: Credential): RegisteredCredential | null => {
  if (state.status === 'unregistered') return null;
  return state.status === 'deleted' ? state.last : state;
};

export const versionOf = (state: RegisteredCredential, version: number | null): Version | undefined =>
  state.versions.find((known) => known.version === version);

/** Whether a version's value may still be needed, and so must be there to be opened. What is not live may be shredded. */
export const isLive = ({ status }: Version): boolean => status !== 'revoked' && status !== 'discarded';

/** Whether a version is out of use and waits for its end. */
export const isRetirable = (status: string | undefined): boolean => status === 'superseded' || status === 'withdrawn';

export const liveVersions = (state: RegisteredCredential): readonly number[] => state.versions.filter(isLive).map(({ version }) => version);

type Rotated = Pick<RegisteredCredential, 'rotations'>;

export const latestRotation = (state: Rotated): Rotation | undefined => state.rotations.at(-1);

export const openRotation = (state: Rotated): Rotation | undefined => {
  const latest = latestRotation(state);
  return latest?.status === 'open' ? latest : undefined;
};

/** The rotation of that epoch, if it is the open one. */
export const openOf = (state: RegisteredCredential, epoch: number): Result<Rotation, Refusal> => {
  const rotation = state.rotations[epoch - 1];
  if (!rotation) return refuse({ code: 'rotation-unknown', epoch });
  return rotation === openRotation(state) ? ok(rotation) : refuse({ code: 'rotation-closed', epoch });
};

/** More versions than any log can have lost of one credential. */
const VERSION_LEAP = 1_000;

/**
 * After a restore it leaps once over the numbers that the lost log may have given out: who holds a lost version would take another one of its
 * number for the same.
 */
export const nextVersionNumber = ({ versions, recheck, rotations }: RegisteredCredential): number => {
  const last = versions.at(-1);
  const isFirstSince = recheck !== null && last !== undefined && last.stagedAt < recheck.at;
  // What was announced and never staged may still be owed under its number.
  const announced = rotations.map((rotation) => (rotation.status === 'open' ? 0 : (rotation.announced?.version ?? 0)));
  return Math.max(last?.version ?? 0, ...announced) + (isFirstSince ? VERSION_LEAP : 1);
};

type Rooted = Pick<Version, 'version' | 'editedFrom'>;

/** The version whose value was edited, and edited again, into this one. */
export const rootOf = (state: RegisteredCredential, version: Rooted): number => {
  const from = versionOf(state, version.editedFrom);
  return from ? rootOf(state, from) : version.version;
};

/** Do both versions have the same secret fields, because only public ones were edited between them? */
export const haveSameSecret = (state: RegisteredCredential, a: Rooted, b: Rooted): boolean => rootOf(state, a) === rootOf(state, b);

/** The versions that are one and the same login at the provider, whichever of their secrets it has now: where one is revoked, all are. */
export const sameLogin = (state: RegisteredCredential, version: Version): readonly Version[] =>
  state.versions.filter((other) => other.providerId === version.providerId);

/** What lives at the provider and belongs to a version, save those given. */
export const providerIdsBut = (state: RegisteredCredential, ...gone: readonly (number | null)[]): string[] =>
  state.versions.filter((version) => isLive(version) && !gone.includes(version.version)).map(({ providerId }) => providerId);

export const whoOf = ({ kind, id, name }: Actor): Who => ({ kind, id, ...(name === undefined ? {} : { name }) });
