import { z } from 'zod';
import { KekId } from './key-ring-events.ts';
import { LogHead } from './log-events.ts';

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object({ backupId: z.uuid(), file: z.string().max(200), ...shape }) });

/** Somebody asked for a backup into the vault's folder. All of these stand on the stream `backups`; none of them holds a secret. */
export const BackupRequested = event('backup.requested', {});
export type BackupRequested = z.infer<typeof BackupRequested>;

/** A replica has begun to write it. Whoever finds it so, and may write backups, knows that this one stopped in the middle. */
export const BackupStarted = event('backup.started', {});
export type BackupStarted = z.infer<typeof BackupStarted>;

/** The file is whole and on disk, under its name. `head`: the last event in it; `lines`: how many lines it has. */
export const BackupCompleted = event('backup.completed', {
  head: LogHead,
  bytes: z.int().nonnegative(),
  lines: z.int().nonnegative(),
  kekIds: z.array(KekId),
});
export type BackupCompleted = z.infer<typeof BackupCompleted>;

/** There is no such file. `head`: where the log ended when its copy was begun; absent where it was not. */
export const BackupFailed = event('backup.failed', {
  reasonCode: z.string().max(100),
  sentence: z.string().max(500),
  head: LogHead.optional(),
});
export type BackupFailed = z.infer<typeof BackupFailed>;

export const BackupEvent = z.discriminatedUnion('type', [BackupRequested, BackupStarted, BackupCompleted, BackupFailed]);
export type BackupEvent = z.infer<typeof BackupEvent>;
