import { z } from 'zod';
import { Incarnation } from '../words.ts';

/** An event of the log by its place, and the hash that tells it from others that stand, or stood, there. */
export const LogHead = z.object({ position: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type LogHead = z.infer<typeof LogHead>;

/**
 * The log was restored from a backup, and this is the first event of its new incarnation. `head`: the last event that the backup had; what
 * the old log held beyond it is lost to this one. Stands on the stream `log`, as all of these. From here on the current versions are
 * rechecked, and nothing is told to consumers, until `log.released`.
 */
export const LogRestored = z.object({
  type: z.literal('log.restored'),
  data: z.object({ incarnation: Incarnation, head: LogHead, backedUpAt: z.iso.datetime(), reason: z.string().min(1).max(500) }),
});
export type LogRestored = z.infer<typeof LogRestored>;

/** Audit told what was shredded in the log that was lost, and all of it is shredded here too. */
export const ShredsRepeated = z.object({
  type: z.literal('log.shreds-repeated'),
  data: z.object({
    incarnation: Incarnation,
    /** The end of the lost log, as far as audit had witnessed it; null where it had witnessed nothing of it. */
    lostTo: z.int().positive().nullable(),
    /** Credentials that audit named, and those of them that had come back and were deleted again. */
    named: z.int().nonnegative(),
    deleted: z.int().nonnegative(),
  }),
});
export type ShredsRepeated = z.infer<typeof ShredsRepeated>;

const Counts = { tested: z.int().nonnegative(), failed: z.int().nonnegative(), noTest: z.int().nonnegative() };

/**
 * What a restore held back is published again. Without a `reason` because every current version has its result; with one because a person
 * wanted it so, `unchecked` versions being without.
 */
export const LogReleased = z.object({
  type: z.literal('log.released'),
  data: z.object({
    incarnation: Incarnation,
    ...Counts,
    unchecked: z.int().nonnegative(),
    reason: z.string().min(1).max(500).optional(),
  }),
});
export type LogReleased = z.infer<typeof LogReleased>;

export const LogEvent = z.discriminatedUnion('type', [LogRestored, ShredsRepeated, LogReleased]);
export type LogEvent = z.infer<typeof LogEvent>;
