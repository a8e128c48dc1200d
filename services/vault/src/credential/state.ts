import type { Actor, CredentialType, Labels, Origin, Refusal, RotationPolicy } from '@keyturn/contracts';
import type { ChangeKind, RecheckOutcome } from '@keyturn/contracts/events';
import type { LedgerEntry, TestView, Who } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Inspected } from './inspected.ts';
import { type Acknowledged, openRotation, type Rotation } from './rotation.ts';
import type { Scheduled } from './scheduled.ts';
import { isLive, type TestAsked, type Time, type Version } from './version.ts';

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
    /** Of its issuer. */
    readonly inspected: Inspected;
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

export const liveVersions = (state: RegisteredCredential): readonly number[] => state.versions.filter(isLive).map(({ version }) => version);

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

type Rooted = Pick<Version, 'version' | 'editedFrom' | 'sameAs'>;

/** The version whose value was edited, or brought again, into this one. */
export const rootOf = (state: RegisteredCredential, version: Rooted): number => {
  const from = versionOf(state, version.editedFrom ?? version.sameAs);
  return from ? rootOf(state, from) : version.version;
};

/** Do both versions have the same secret fields, because only public ones were edited between them, or somebody brought them again? */
export const haveSameSecret = (state: RegisteredCredential, a: Rooted, b: Rooted): boolean => rootOf(state, a) === rootOf(state, b);

/** The versions that are one and the same login at the provider, whichever of their secrets it has now: where one is revoked, all are. */
export const sameLogin = (state: RegisteredCredential, version: Version): readonly Version[] =>
  state.versions.filter((other) => other.providerId === version.providerId);

/** What lives at the provider and belongs to a version, save those given. */
export const providerIdsBut = (state: RegisteredCredential, ...gone: readonly (number | null)[]): string[] =>
  state.versions.filter((version) => isLive(version) && !gone.includes(version.version)).map(({ providerId }) => providerId);

export const whoOf = ({ kind, id, name }: Actor): Who => ({ kind, id, ...(name === undefined ? {} : { name }) });
