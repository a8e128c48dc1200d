import type { Invariant } from '../check/finding.ts';
import type { BugName } from '../inject/seeded-bugs.ts';
import type { BatchOptions } from './run-batch.ts';

/** How a seeded bug is brought to light, and by which name the checker has to convict it. */
export type Trial = Omit<BatchOptions, 'cells' | 'seed' | 'bug' | 'victim'> & {
  readonly cell: string;
  readonly process: 'vault' | 'rotation-worker' | 'audit' | 'subscribers';
  readonly convicts: Invariant;
  /** What else it breaks. */
  readonly also?: readonly Invariant[];
};

/** In this order on one stack: what a bug leaves behind is in a credential that no later one uses, or goes when its process starts anew. */
export const TRIALS: Readonly<Record<BugName, Trial>> = {
  'ack-before-reload': { cell: 'K9/chosen/worker', process: 'subscribers', convicts: 'I1', holdMs: 1_000 },
  'log-a-secret': { cell: 'K5/issued/subscriber', process: 'rotation-worker', convicts: 'I8' },
  'drop-dedupe': { cell: 'K1/chosen/subscriber', process: 'vault', convicts: 'I3' },
  // A subscriber stands before its reload for as long as a revocation takes.
  'revoke-early': { cell: 'K9/issued/worker', process: 'vault', convicts: 'I1', holdMs: 5_000 },
  'commit-twice': { cell: 'K6/chosen/subscriber', process: 'vault', convicts: 'I7' },
  // Postgres takes the password, and says so in its log, before it turns the role away.
  'skip-erase': { cell: 'K12/chosen/subscriber', process: 'rotation-worker', convicts: 'I2', also: ['I11'] },
  'skip-outbox-row': { cell: 'K8/chosen/subscriber', process: 'vault', convicts: 'I5' },
  'ignore-epoch': { cell: 'K2/chosen/paused worker', process: 'rotation-worker', convicts: 'I2', also: ['I11'], from: 1, holdMs: 0 },
  'delete-candidate-early': { cell: 'K6/issued/subscriber', process: 'rotation-worker', convicts: 'I2', from: 1, cancels: true },
  // What it leaves is nobody's, and would convict any later run of a token.
  'forget-the-handle': { cell: 'K6/issued/subscriber', process: 'rotation-worker', convicts: 'I2' },
  'checkpoint-outside-transaction': { cell: 'K8/chosen/worker', process: 'audit', convicts: 'I5', point: 'audit-moved' },
};
