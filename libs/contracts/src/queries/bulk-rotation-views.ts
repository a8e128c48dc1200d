import { z } from 'zod';
import { BulkRotationStatus } from '../commands/bulk-rotation-commands.ts';
import { BulkSelection } from '../events/bulk-rotation-events.ts';
import { Actor, Address, CredentialId, Epoch } from '../words.ts';
import { RotationStepName } from './views.ts';

const Time = z.string();

/** `waiting`: its turn has not come. `cancelled`: the bulk rotation was, before its turn came. */
export const BulkMemberStatus = z.enum(['waiting', 'running', 'completed', 'failed', 'skipped', 'cancelled']);
export type BulkMemberStatus = z.infer<typeof BulkMemberStatus>;

export const BulkCounts = z.object({
  total: z.int(),
  waiting: z.int(),
  running: z.int(),
  completed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  cancelled: z.int(),
});
export type BulkCounts = z.infer<typeof BulkCounts>;

/** One bulk rotation, without its members. */
export const BulkRotationSummary = z.object({
  bulkId: z.uuid(),
  selection: BulkSelection,
  reason: z.string(),
  note: z.string().nullable(),
  maxInFlight: z.int(),
  stopAfterFailures: z.int().nullable(),
  status: BulkRotationStatus,
  /** One sentence: what it does, or waits for. */
  sentence: z.string(),
  requestedBy: Actor,
  requestedAt: Time,
  endedAt: Time.nullable(),
  counts: BulkCounts,
});
export type BulkRotationSummary = z.infer<typeof BulkRotationSummary>;

export const BulkMemberView = z.object({
  credentialId: CredentialId,
  address: Address,
  status: BulkMemberStatus,
  /** Of its rotation; null where it has none. */
  epoch: Epoch.nullable(),
  /** Of a running one: the step that it is at. */
  step: RotationStepName.nullable(),
  /** What it waits for, or why it failed or was skipped. */
  sentence: z.string().nullable(),
  code: z.string().nullable(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
});
export type BulkMemberView = z.infer<typeof BulkMemberView>;

/** `members`: a page of them, in the order in which their turns come. */
export const BulkRotationView = BulkRotationSummary.extend({
  members: z.array(BulkMemberView),
  nextCursor: z.string().nullable(),
});
export type BulkRotationView = z.infer<typeof BulkRotationView>;

export const GetBulkRotation = z.object({
  bulkId: z.uuid(),
  /** Only the members that stand so. */
  member: BulkMemberStatus.optional(),
  /** The last page's `nextCursor`. */
  cursor: z
    .string()
    .regex(/^\d{1,5}$/, 'it is no cursor of a page before')
    .optional(),
  limit: z.int().min(1).max(500).default(100),
});
export type GetBulkRotation = z.infer<typeof GetBulkRotation>;
