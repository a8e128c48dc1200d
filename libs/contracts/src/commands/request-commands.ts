import { z } from 'zod';

/**
 * Binds a request of several commands to what is wished by it: the same again is let on, another wish under the same id is
 * `command-reused`. Nothing else is recorded. Of the `wish`, which holds no secret, only the fingerprint is looked at.
 */
export const BeginRequest = z.object({ operation: z.string().min(1).max(100), wish: z.unknown() });
export type BeginRequest = z.infer<typeof BeginRequest>;
