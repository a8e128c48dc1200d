import { z } from 'zod';
import { CredentialId } from './words.ts';

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

/** The provider couldn't be asked: such a verdict says nothing of the value. */
export const saysNothing = (verdict: string): verdict is 'unreachable' | 'rate-limited' =>
  verdict === 'unreachable' || verdict === 'rate-limited';

/** One thing that an issuer can't do yet, and the exact statement that an administrator runs at the provider to allow it, where there is one. */
export const IssuerLack = z.object({
  code: z.string().max(60),
  /** Without it no rotation goes through, none can be forced, or the evidence is poorer. */
  needed: z.enum(['rotation', 'force', 'evidence']),
  sentence: z.string().max(500),
  statement: z.string().max(1_000).optional(),
});
export type IssuerLack = z.infer<typeof IssuerLack>;

/** What the issuer was found to lack for rotating a credential; nothing was changed for that. No text of a provider is in it. */
export const IssuerInspection = z.object({
  issuerId: CredentialId,
  lacks: z.array(IssuerLack).max(20),
  /** What it can't show, so that only a rotation does, in whole sentences; absent where all was seen, and in events of before. */
  unseen: z.string().max(500).optional(),
  /** Why it came to nothing: then `lacks` says nothing. */
  unable: z.string().max(500).optional(),
});
export type IssuerInspection = z.infer<typeof IssuerInspection>;
