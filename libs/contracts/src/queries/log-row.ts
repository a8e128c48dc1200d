import { z } from 'zod';

/**
 * A row of the log as its table says it now, whatever somebody made of it: `data` and `meta` are the stored texts, which need not be JSON any
 * more. Without the ciphertext.
 */
export const LogRow = z.object({
  position: z.int(),
  stream: z.string(),
  version: z.int(),
  type: z.string(),
  data: z.string(),
  meta: z.string(),
  recordedAt: z.string(),
  sealedHash: z.string().nullable(),
  prevHash: z.string(),
  hash: z.string(),
});
export type LogRow = z.infer<typeof LogRow>;

/** Behind a position, in order. */
export const ReadLog = z.object({ after: z.int().nonnegative(), limit: z.int().min(1).max(500) });
