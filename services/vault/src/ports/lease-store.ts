import type { LeaseFact } from '../credential/lease-fact.ts';

/** What an instance says in a beat. */
export type BeatSaid = {
  readonly consumer: string;
  readonly instance: string;
  readonly seq: number;
  readonly holds: readonly { readonly credentialId: string; readonly versions: readonly number[] }[];
};

/** What is current of a credential, as a beat's answer tells it. */
export type CurrentOf = { readonly credentialId: string; readonly address: string; readonly version: number; readonly generation: number };

/** A pending version that instances were asked to try, and who of them has not answered. */
export type PendingOf = {
  readonly credentialId: string;
  readonly address: string;
  readonly version: number;
  readonly waitingFor: readonly string[];
};

/** What a beat's answer tells of the credentials that it names; `unknown`: those of which the instance holds nothing that is known here. */
export type BeatHeard = {
  readonly current: readonly CurrentOf[];
  readonly pending: readonly PendingOf[];
  readonly unknown: readonly string[];
};

/** Who holds what: kept beside the log, because beats are many and decide nothing by themselves. */
export interface LeaseStore {
  /**
   * Records a beat and answers what is current of every credential held, and what of them is pending and to be tried. What the beat no longer
   * names is forgotten, unless it was fetched after the beat was sent (`seq`). After the lease's end it begins a new one.
   */
  beat(said: BeatSaid): Promise<BeatHeard>;
  /** The leases that hold a version of the credential, and the database's clock. */
  of(credentialId: string): Promise<{ readonly now: string; readonly leases: readonly LeaseFact[] }>;
  /** The nonce that the instance was given with the version, or null where it was never given it. */
  nonce(of: { consumer: string; instance: string; credentialId: string; version: number }): Promise<string | null>;
  /** Counts silence for everyone that sent no beat since the last call: called only while this vault could have heard beats. */
  tick(everyMs: number): Promise<void>;
}
