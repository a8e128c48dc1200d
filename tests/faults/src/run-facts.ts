/** A row of the vault's `events`, as it stands there. */
export type LoggedEvent = {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  /** The exact texts that were hashed. */
  readonly data: string;
  readonly meta: string;
  readonly recordedAt: string;
  readonly sealedHash: string | null;
  /** SHA-256 of the ciphertext that the row has, hex. */
  readonly sealedDigest: string | null;
  readonly prevHash: string;
  readonly hash: string;
};

/** A row of audit's `entries`. */
export type AuditedEntry = { readonly position: number; readonly eventId: string; readonly type: string; readonly hash: string };

/** What the target server says of a role. `mark` is its COMMENT. */
export type Role = { readonly name: string; readonly canLogIn: boolean; readonly hasPassword: boolean; readonly mark: string | null };

/** A try of the workload that failed: from when it began until it had failed. */
export type Failure = {
  readonly kind: string;
  readonly code: string;
  readonly version: number;
  readonly began: string;
  readonly at: string;
};

/** What one process of the workload did during the run. */
export type InstanceFacts = {
  readonly instance: string;
  readonly loginsTried: number;
  readonly failures: readonly Failure[];
  readonly version: number | null;
  readonly isAcknowledged: boolean;
};

/** While a server was down, by this machine's clock. */
export type Outage = { readonly from: string; readonly to: string };

/** Everything that a run is judged by. */
export type RunFacts = {
  readonly credentialId: string;
  /** The epochs that the run asked for. */
  readonly epochs: readonly number[];
  /** In the order of their positions. */
  readonly events: readonly LoggedEvent[];
  /** In the order of their positions. */
  readonly entries: readonly AuditedEntry[];
  /** Messages that audit could not take. */
  readonly parked: number;
  /** The credential's timeline, as the gateway shows it: positions in the order shown. */
  readonly timeline: readonly number[];
  /** The owner and its alternates. */
  readonly roles: readonly Role[];
  /** Those that are expected to work at the end. */
  readonly instances: readonly InstanceFacts[];
  /** When the target server was down. */
  readonly outages: readonly Outage[];
};
