import { z } from 'zod';
import { Tag } from '../details.ts';
import { Reason } from '../commands/lifecycle-commands.ts';
import { BulkRotationSummary } from '../queries/bulk-rotation-views.ts';
import { CredentialId } from '../words.ts';

export { BulkRotationBody, BulkRotationStanding, BulkRotationStarted, MOST_BULK_MEMBERS } from '../commands/bulk-rotation-commands.ts';
export { BulkMemberStatus, BulkMemberView, BulkRotationSummary, BulkRotationView } from '../queries/bulk-rotation-views.ts';

export const BulkRotationList = z.object({ items: z.array(BulkRotationSummary) });
export type BulkRotationList = z.infer<typeof BulkRotationList>;

/** Why a bulk rotation is paused or cancelled. */
export const BulkReasonBody = z.strictObject({ reason: Reason });
export type BulkReasonBody = z.infer<typeof BulkReasonBody>;

/** As many credentials as one call changes. */
export const MOST_BULK_CREDENTIALS = 500;

const ids = z.array(CredentialId).min(1).max(MOST_BULK_CREDENTIALS);
const tags = z.array(Tag).min(1).max(32);

/** The same done to many credentials. A deletion asks for the address of each, typed, so it is not here. */
export const BulkCredentialsBody = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('disable'), ids, reason: Reason }),
  z.strictObject({ action: z.literal('enable'), ids, reason: Reason.optional() }),
  z.strictObject({ action: z.literal('tag'), ids, tags }),
  z.strictObject({ action: z.literal('untag'), ids, tags }),
]);
export type BulkCredentialsBody = z.infer<typeof BulkCredentialsBody>;

/** What became of each, in the order in which they were named; `code` and `detail` say why one was not changed. */
export const BulkCredentialsAnswer = z.object({
  done: z.int(),
  refused: z.int(),
  items: z.array(z.object({ credentialId: CredentialId, done: z.boolean(), code: z.string().nullable(), detail: z.string().nullable() })),
});
export type BulkCredentialsAnswer = z.infer<typeof BulkCredentialsAnswer>;
