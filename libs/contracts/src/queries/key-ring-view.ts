import { z } from 'zod';
import { KekId, KekState, RewrapResult } from '../events/key-ring-events.ts';

const Time = z.string().nullable();

/** One key of the ring, and what hangs on it. */
export const KekView = z.object({
  kekId: KekId,
  state: KekState,
  addedAt: Time,
  activatedAt: Time,
  retiringAt: Time,
  retiredAt: Time,
  /** Wrapped keys that only this one opens. */
  uses: z.object({ dataKeys: z.int(), sealingKeys: z.int(), identity: z.int() }),
  /** Never less than what was wrapped under it; at `wrapLimit` it wraps no more. */
  wraps: z.int(),
  wrapLimit: z.int(),
  /** Replicas that count and don't hold it. */
  missingAt: z.array(z.string()),
});
export type KekView = z.infer<typeof KekView>;

/** A process of the vault that was heard of lately. */
export const ReplicaView = z.object({ replica: z.string(), kekIds: z.array(KekId), seenAt: z.string() });
export type ReplicaView = z.infer<typeof ReplicaView>;

export const RewrapView = z.object({
  runId: z.uuid(),
  kekId: KekId,
  status: z.enum(['running', 'completed']),
  requestedAt: z.string(),
  totalCredentials: z.int(),
  rotated: z.int(),
  failed: z.int(),
  remaining: z.int(),
  /** Null until it is completed. */
  result: RewrapResult.nullable(),
});
export type RewrapView = z.infer<typeof RewrapView>;

export const KeyRingView = z.object({
  keys: z.array(KekView),
  replicas: z.array(ReplicaView),
  /** The newest run; null where there was none. */
  rewrap: RewrapView.nullable(),
});
export type KeyRingView = z.infer<typeof KeyRingView>;
