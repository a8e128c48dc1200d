import { z } from 'zod';
import { Incarnation } from '../words.ts';

const Head = z.object({ position: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * The log was restored from a backup, and this is the first event of its new incarnation. `head`: the last event that the backup had; what
 * the old log held beyond it is lost to this one. Stands on the stream `log`.
 */
export const LogRestored = z.object({
  type: z.literal('log.restored'),
  data: z.object({ incarnation: Incarnation, head: Head, backedUpAt: z.iso.datetime(), reason: z.string().min(1).max(500) }),
});
export type LogRestored = z.infer<typeof LogRestored>;
