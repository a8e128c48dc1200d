import type { WrapContext, WrappedKey } from './key-wrapper.ts';

/** Where the next batch begins: behind this row. */
export type RewrapCursor = { readonly credentialId: string; readonly version: number };

export type WrappedDek = WrappedKey & { readonly credentialId: string; readonly version: number };

/** One of the vault's own keys (identity, sealing keys), with what it is bound to. */
export type OwnKey = WrappedKey & { readonly kind: 'identity' | 'sealing-key'; readonly keyId: string; readonly context: WrapContext };

/** A key before and after. */
export type Rewrapped<Key> = { readonly before: Key; readonly after: WrappedKey };

/**
 * What a re-wrap reads and writes. A batch is one transaction that counts what it did; a row that was re-wrapped or shredded meanwhile is
 * left alone, so two workers at once do no harm. Nothing is written under a KEK that is not active: `KekNotActive`.
 */
export interface RewrapStore {
  /** Data keys under other KEKs than this one, in a fixed order. */
  next(kekId: string, after: RewrapCursor | null, limit: number): Promise<readonly WrappedDek[]>;
  /** Answers how many rows it changed. */
  replace(runId: string, batch: readonly Rewrapped<WrappedDek>[]): Promise<number>;
  ownKeys(kekId: string): Promise<readonly OwnKey[]>;
  replaceOwn(runId: string, key: Rewrapped<OwnKey>): Promise<void>;
  /** How many data keys the run has re-wrapped so far, in all its lives, and how many of the vault's own. */
  counts(runId: string): Promise<{ readonly rotated: number; readonly ownKeys: number }>;
}
