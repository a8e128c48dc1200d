/** What hangs on one KEK, by kind. */
export type KekUses = { readonly kekId: string; readonly dataKeys: number; readonly sealingKeys: number; readonly identity: number };

export type Replica = {
  readonly replica: string;
  readonly kekIds: readonly string[];
  readonly seenAt: string;
};

/** What stands beside the log on KEKs: the active one, their use, and who holds which. Fingerprints only. */
export interface KekTable {
  /** The active KEK, written by the log; null before the ring has one. */
  active(): Promise<string | null>;
  /** Every KEK on which something hangs. */
  uses(): Promise<readonly KekUses[]>;
  /** Counts `wraps` more under the KEK before they are done, durably. False, and nothing counted, where that would pass `limit`. */
  reserve(kekId: string, wraps: number, limit: number): Promise<boolean>;
  /** How many wraps are counted, by KEK. */
  wraps(): Promise<ReadonlyMap<string, number>>;
  readonly replicas: {
    /** Says that this process runs and holds these; it counts until `goneMs` have passed without another word. */
    report(replica: string, kekIds: readonly string[], goneMs: number): Promise<void>;
    /** Those that count. */
    list(): Promise<readonly Replica[]>;
    /** This process ends: it counts no more. */
    leave(replica: string): Promise<void>;
  };
}
