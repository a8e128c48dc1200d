import { z } from 'zod';
import { Refusal } from './refusals.ts';
import { SealedBox } from './sealed-box.ts';
import { Actor } from './words.ts';

/** What every command carries beside its own data. The vault trusts `actor` only on the gateway's NATS identity. */
export const CommandMessage = z.object({
  commandId: z.uuid(),
  actor: Actor,
  correlationId: z.string().max(100).optional(),
  causationId: z.string().max(100).optional(),
  data: z.unknown(),
  /** Of a command on a credential: the revision on which it was decided. At another one it is refused; no part of what repeats compare. */
  ifRevision: z.string().max(100).optional(),
  sealed: SealedBox.optional(),
});
export type CommandMessage = z.infer<typeof CommandMessage>;

/** `commandId` and `sealed` come along where the answer holds a secret: the vault seals it to that link. */
export const QueryMessage = z.object({
  commandId: z.uuid().optional(),
  actor: Actor,
  data: z.unknown(),
  sealed: SealedBox.optional(),
});
export type QueryMessage = z.infer<typeof QueryMessage>;

/** `{ok}` or `{refusal}`: a fault is never a reply, it is a time-out or "no responders". */
export const Reply = z.union([z.object({ ok: z.unknown(), sealed: SealedBox.optional() }), z.object({ refusal: Refusal })]);
export type Reply = z.infer<typeof Reply>;
