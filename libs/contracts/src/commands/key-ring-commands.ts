import { z } from 'zod';
import { KekId } from '../events/key-ring-events.ts';

/** Takes a key into the ring that stands on the vault's hosts already; the key itself never travels. */
export const AddKek = z.object({ kekId: KekId });
export type AddKek = z.infer<typeof AddKek>;

/** Makes an added key the one under which everything is wrapped, once every replica holds it. */
export const ActivateKek = z.object({ kekId: KekId });
export type ActivateKek = z.infer<typeof ActivateKek>;

/** Starts re-wrapping everything under the active key; while a run is open, answers that one. */
export const RequestRewrap = z.object({});
export type RequestRewrap = z.infer<typeof RequestRewrap>;

/** Ends a key on which nothing hangs any more. */
export const RetireKek = z.object({ kekId: KekId });
export type RetireKek = z.infer<typeof RetireKek>;

export const RewrapStarted = z.object({ runId: z.uuid(), kekId: KekId, totalCredentials: z.int().nonnegative() });
export type RewrapStarted = z.infer<typeof RewrapStarted>;
