import { z } from 'zod';
import { OnDeadline, RotationPolicy } from '../policy.ts';
import { Address, CredentialId, Epoch, Strategy } from '../words.ts';

/** What a rotation would do, one step after another. `atMostMs`: how long the policy lets it take; null where nothing limits it. */
export const PlannedStep = z.object({
  name: z.enum(['approve', 'make', 'apply', 'test', 'preflight', 'commit', 'acknowledge', 'deny', 'soak', 'erase']),
  sentence: z.string(),
  atMostMs: z.int().nullable(),
});
export type PlannedStep = z.infer<typeof PlannedStep>;

/** Something that a rotation would run into: it `blocks` its request, or it is to be known beforehand. */
export const Finding = z.object({
  code: z.string(),
  blocks: z.boolean(),
  sentence: z.string(),
  /** What an administrator runs at the provider to mend it. */
  statement: z.string().optional(),
  /** When it was found at the provider. */
  seenAt: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;

/** An instance that holds the credential, and what it would be asked for. */
export const AskedInstance = z.object({
  consumer: z.string(),
  instance: z.string(),
  state: z.enum(['live', 'silent', 'lost', 'ended']),
  /** To try the version before its commit. */
  preflight: z.boolean(),
  /** The old version isn't revoked before it has proved the new one. */
  awaited: z.boolean(),
  sentence: z.string(),
});
export type AskedInstance = z.infer<typeof AskedInstance>;

/** Who makes the next value, and what was seen at the provider of whether it may. */
export const InspectedIssuer = z.object({
  credentialId: CredentialId,
  address: Address,
  /** When it was last seen; null where it never was, with the value that it has now. */
  seenAt: z.string().nullable(),
  sentence: z.string(),
});
export type InspectedIssuer = z.infer<typeof InspectedIssuer>;

/** What a rotation asked for now would come to; nothing is done and nothing recorded. */
export const DryRun = z.object({
  credentialId: CredentialId,
  address: Address,
  /** The one that it would have. */
  epoch: Epoch,
  reason: z.enum(['manual', 'scheduled', 'compromised']),
  /** Nothing blocks it. */
  possible: z.boolean(),
  sentence: z.string(),
  strategy: Strategy,
  /** Are both versions accepted for a while? */
  overlap: z.object({ possible: z.boolean(), sentence: z.string() }),
  approvals: z.object({
    needed: z.int(),
    roles: z.array(z.string()),
    notBy: z.string().nullable(),
    withinMs: z.int(),
    sentence: z.string(),
  }),
  /** Null where no issuer makes the next value. */
  issuer: InspectedIssuer.nullable(),
  steps: z.array(PlannedStep),
  consumers: z.array(AskedInstance),
  findings: z.array(Finding),
  /** What would be waited for between the commit and the revoke. */
  waits: z.object({ graceMs: z.int(), deadlineMs: z.int(), onDeadline: OnDeadline }),
  policy: RotationPolicy,
});
export type DryRun = z.infer<typeof DryRun>;
