import { z } from 'zod';

/**
 * A provider's answer to one use of a value. `valid` and `invalid` are its own word; `forbidden`: it knows the account, which may not do
 * what it is for; `unreachable` and `rate-limited` say nothing about the value.
 */
export const TestVerdict = z.enum(['valid', 'invalid', 'unreachable', 'rate-limited', 'forbidden']);
export type TestVerdict = z.infer<typeof TestVerdict>;

/** What a test came to. No text of a provider is in it, because that may repeat a secret. */
export const TestReport = z.object({
  verdict: TestVerdict,
  /** One sentence on which an admin can act. */
  sentence: z.string().max(500),
  /** What the account can do, where the provider says so; one short phrase each. */
  can: z.array(z.string().max(100)).max(20).optional(),
  elapsedMs: z.number().nonnegative(),
  /** How long the provider wants to be left alone, where it says so. */
  retryAfterSeconds: z.int().nonnegative().optional(),
});
export type TestReport = z.infer<typeof TestReport>;
