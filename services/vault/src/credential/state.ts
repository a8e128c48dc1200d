import type { Labels, Origin, CredentialType, PublicFields, RotationPolicy, VersionStatus, Actor } from '@keyturn/contracts';
import type { LedgerEntry } from '@keyturn/contracts/queries';

/** Times are the database's, ISO 8601 with microseconds. */
export type Time = string;

export type Tested = { readonly verdict: string; readonly sentence: string; readonly elapsedMs: number; readonly at: Time };

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
  readonly stagedAt: Time;
  readonly appliedAt: Time | null;
  readonly tested: Tested | null;
  readonly untested: string | null;
  readonly committedAt: Time | null;
  readonly supersededAt: Time | null;
  readonly revokingAt: Time | null;
  readonly loginsDeniedAt: Time | null;
  readonly endedAt: Time | null;
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

export type Rotation = {
  readonly epoch: number;
  readonly status: 'open' | 'completed' | 'failed';
  readonly reason: string;
  readonly note: string | null;
  readonly requestedBy: Actor;
  readonly requestedAt: Time;
  /** The trace of the request, for whoever carries the rotation on. */
  readonly traceparent: string | null;
  readonly endedAt: Time | null;
  readonly heldAt: Time | null;
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
  readonly evidence: Evidence | null;
  /** Reports on the generation that this rotation made, in order. */
  readonly reports: readonly Acknowledged[];
  readonly failure: { readonly step: string; readonly code: string; readonly sentence: string } | null;
};

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

export type RegisteredCredential = CredentialDetails & {
  readonly status: 'registered';
  readonly credentialId: string;
  readonly address: string;
  readonly credentialType: CredentialType;
  readonly issuer: string | null;
  readonly policy: RotationPolicy;
  readonly registeredAt: Time;
  /** When its value or its details last changed; the steps of a rotation before and after the commit do not count. */
  readonly updatedAt: Time;
  readonly incarnation: number;
  readonly generation: number;
  readonly current: number | null;
  readonly versions: readonly Version[];
  /** By epoch: `rotations[epoch - 1]`. */
  readonly rotations: readonly Rotation[];
  /** The last report of each instance, by `consumer/instance`. */
  readonly acknowledged: Readonly<Record<string, Acknowledged>>;
  readonly ledger: readonly LedgerEntry[];
};

export type Credential = { readonly status: 'unregistered' } | RegisteredCredential;

export const unregistered: Credential = { status: 'unregistered' };

export const versionOf = (state: RegisteredCredential, version: number | null): Version | undefined =>
  state.versions.find((known) => known.version === version);

/** Whether a version's value may still be needed, and so must be there to be opened. What is not live may be shredded. */
export const isLive = ({ status }: Version): boolean => status !== 'revoked' && status !== 'discarded';

export const liveVersions = (state: RegisteredCredential): readonly number[] => state.versions.filter(isLive).map(({ version }) => version);

export const latestRotation = (state: RegisteredCredential): Rotation | undefined => state.rotations.at(-1);

export const openRotation = (state: RegisteredCredential): Rotation | undefined => {
  const latest = latestRotation(state);
  return latest?.status === 'open' ? latest : undefined;
};

export const nextVersionNumber = (state: RegisteredCredential): number => (state.versions.at(-1)?.version ?? 0) + 1;
