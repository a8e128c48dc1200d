import { z } from 'zod';
import { KekId } from '../events/key-ring-events.ts';
import { LogHead } from '../events/log-events.ts';
import { Address, CredentialId, VersionNumber } from '../words.ts';
import { Who } from './lifecycle-views.ts';

const Time = z.string().nullable();

/** A backup that was started over the API. */
export const BackupView = z.object({
  backupId: z.uuid(),
  /** Its name in the vault's backup folder. */
  file: z.string(),
  /** `requested`: no replica has begun it yet. */
  status: z.enum(['requested', 'running', 'completed', 'failed']),
  by: Who,
  requestedAt: z.string(),
  startedAt: Time,
  endedAt: Time,
  /** Written so far, a second ago or less; of one that has failed, as far as it came. */
  bytes: z.int(),
  lines: z.int(),
  /** The last event in it; null until it is completed. */
  head: LogHead.nullable(),
  /** The keys that it carries: whoever opens it has every secret in it. */
  kekIds: z.array(KekId),
  failure: z.object({ code: z.string(), sentence: z.string() }).nullable(),
});
export type BackupView = z.infer<typeof BackupView>;

/** A credential whose current version the provider did not accept after the restore. */
export const FailedRecheck = z.object({
  credentialId: CredentialId,
  address: Address,
  version: VersionNumber,
  sentence: z.string(),
});
export type FailedRecheck = z.infer<typeof FailedRecheck>;

/** How far it is after the newest restore from a backup. */
export const RestoreView = z.object({
  incarnation: z.int(),
  restoredAt: z.string(),
  by: Who,
  reason: z.string(),
  backedUpAt: z.string(),
  /** The last event that the backup had. */
  head: LogHead,
  /** `held`: consumers are told nothing, and no rotation goes on, until every current version has its result. */
  status: z.enum(['held', 'released']),
  /** One sentence: what it waits for. */
  sentence: z.string(),
  /** Current versions by result. `unreachable` ones are among those that remain. */
  remaining: z.int(),
  unreachable: z.int(),
  tested: z.int(),
  failed: z.int(),
  noTest: z.int(),
  /** The first 100 that failed, and the first 100 whose provider can't be reached, by address. */
  failures: z.array(FailedRecheck),
  /** What audit knew to be shredded is shredded again: when, and how many credentials. Null until then. */
  shreds: z.object({ at: z.string(), lostTo: z.int().nullable(), named: z.int(), deleted: z.int() }).nullable(),
  /** Null while it is held. `reason`: a person's, who did not wait. */
  released: z.object({ at: z.string(), by: Who, reason: z.string().nullable(), unchecked: z.int() }).nullable(),
});
export type RestoreView = z.infer<typeof RestoreView>;
