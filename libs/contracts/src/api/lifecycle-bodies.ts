import { z } from 'zod';
import * as lifecycle from '../commands/lifecycle-commands.ts';
import { DetailsChange } from '../details.ts';
import { AccessEntry, AUDIT_QUERIES_TABLE } from '../queries/audit-queries.ts';
import { TestList, TestView } from '../queries/lifecycle-views.ts';
import { VersionDetail } from '../queries/views.ts';
import { PublicFields, VersionNumber } from '../words.ts';

/**
 * Why an older version is to be current again. Without `version` it is the one before the commit of the running rotation; any other is
 * tested first, and becomes current then. `evenIfUnreachable`: also where the provider can't be reached for the test.
 */
export const RollBackBody = z.strictObject({
  reason: z.string().trim().min(1).max(500),
  version: VersionNumber.optional(),
  evenIfUnreachable: z.boolean().optional(),
});
export type RollBackBody = z.infer<typeof RollBackBody>;

export const CancelRotationBody = z.strictObject({ reason: z.string().trim().min(1).max(300) });
export type CancelRotationBody = z.infer<typeof CancelRotationBody>;

/** Why what is left at the provider is settled, though Keyturn didn't remove it. */
export const SettleLeftoverBody = z.strictObject({ reason: lifecycle.SettleLeftover.shape.reason });
export type SettleLeftoverBody = z.infer<typeof SettleLeftoverBody>;

export const LeftoverSettled = z.object({ credentialId: z.string(), version: VersionNumber });
export type LeftoverSettled = z.infer<typeof LeftoverSettled>;

const LIFECYCLE_KEYS = ['publicFields', 'enabled', 'revealable'] as const;
const ADVERBS = ['reason', 'evenIfUnreachable'] as const;

/**
 * A change of a credential: its details, or one of `publicFields`, `enabled`, `revealable`; one kind in a request, so that it is made or
 * refused as a whole. Public fields that aren't named stay, an empty one goes; the edited version is tested before it is current.
 */
export const ChangeCredentialBody = z
  .strictObject({
    ...DetailsChange.shape,
    isDefault: z.boolean().optional(),
    publicFields: PublicFields.optional(),
    evenIfUnreachable: z.boolean().optional(),
    enabled: z.boolean().optional(),
    revealable: z.boolean().optional(),
    reason: lifecycle.Reason.optional(),
  })
  .refine(
    (body) => {
      const kinds = LIFECYCLE_KEYS.filter((key) => body[key] !== undefined).length;
      const others = [...LIFECYCLE_KEYS, ...ADVERBS];
      const hasDetails = Object.keys(body).some((key) => !others.some((other) => other === key));
      return kinds + (hasDetails ? 1 : 0) <= 1;
    },
    { path: ['publicFields'], error: 'one kind of change in a request: details, publicFields, enabled or revealable' },
  )
  .refine(({ enabled, reason }) => enabled !== false || reason !== undefined, { path: ['reason'], error: 'disabling needs a reason' });
export type ChangeCredentialBody = z.infer<typeof ChangeCredentialBody>;

/** `confirm` is the credential's address, typed. With `leftAliveBecause` nothing is revoked at the provider. */
export const DeleteCredentialBody = z.strictObject({
  confirm: z.string().max(300),
  reason: lifecycle.Reason,
  leftAliveBecause: lifecycle.Reason.optional(),
});
export type DeleteCredentialBody = z.infer<typeof DeleteCredentialBody>;

/** `recipientKey`: an X25519 public key of the caller's own, base64url; the secret is then sealed to it (HPKE) and this gateway sees none. */
export const RevealBody = z.strictObject(lifecycle.RevealSecret.omit({ credentialId: true }).shape);
export type RevealBody = z.infer<typeof RevealBody>;
/** `fields` in clear over TLS, or `sealed` to the caller's key. Never stored by anybody on the way. */
export const RevealedSecret = lifecycle.SecretRevealedTo.extend({ fields: z.record(z.string(), z.string()).optional() });
export type RevealedSecret = z.infer<typeof RevealedSecret>;

export const RollBackOutcome = lifecycle.ChangeOutcome.extend({ epoch: z.int().nullable() });
export type RollBackOutcome = z.infer<typeof RollBackOutcome>;
/** What the test of the current version came to, or that the answer could not wait for it: then it joins the list all the same. */
export const TestOutcome = lifecycle.TestAskedFor.extend({ status: z.enum(['tested', 'testing']), test: TestView.nullable() });
export type TestOutcome = z.infer<typeof TestOutcome>;
export const VersionList = z.object({ items: z.array(VersionDetail) });
export type VersionList = z.infer<typeof VersionList>;
/** `nextCursor` is `nextBefore` in the form of other lists. */
export const AccessLog = AUDIT_QUERIES_TABLE['access.read'].answer.extend({ nextCursor: z.string().nullable().optional() });
export type AccessLog = z.infer<typeof AccessLog>;

export { DeletionOutcome, VersionComparison } from '../commands/lifecycle-commands.ts';
export { AccessEntry, TestList, TestView, VersionDetail };
