/** What is known of a key under the append lock. */
export type KekFacts = {
  /** Wrapped keys that only this one opens. */
  readonly rows: number;
  /** Replicas that count and don't hold it. */
  readonly missingAt: readonly string[];
};

export type KeyRingCommand =
  | { readonly type: 'key-ring.begin'; readonly kekId: string }
  | { readonly type: 'key-ring.add'; readonly kekId: string }
  | { readonly type: 'key-ring.activate'; readonly kekId: string; readonly facts: KekFacts }
  | { readonly type: 'key-ring.rewrap'; readonly runId: string; readonly totalCredentials: number }
  | { readonly type: 'key-ring.retire'; readonly kekId: string; readonly facts: KekFacts }
  | {
      readonly type: 'rewrap.progress';
      readonly runId: string;
      readonly rotated: number;
      readonly failed: number;
      readonly remaining: number;
    }
  | {
      readonly type: 'rewrap.complete';
      readonly runId: string;
      readonly rotated: number;
      readonly failed: number;
      readonly ownKeys: number;
      /** Of the vault's own keys, those that did not unwrap. */
      readonly ownFailed: number;
      readonly now: string;
    };
