import { z } from 'zod';

/** Starts a backup into the folder that is set up on the vault's hosts; what opens it never travels. */
export const StartBackup = z.object({});
export type StartBackup = z.infer<typeof StartBackup>;

export const BackupStartedAnswer = z.object({ backupId: z.uuid(), file: z.string() });
export type BackupStartedAnswer = z.infer<typeof BackupStartedAnswer>;

/** After a restore: publishes what is held back although not every current version has been tested. */
export const PublishRestored = z.object({ reason: z.string().trim().min(1).max(500) });
export type PublishRestored = z.infer<typeof PublishRestored>;

export const RestorePublished = z.object({ incarnation: z.int().positive(), unchecked: z.int().nonnegative() });
export type RestorePublished = z.infer<typeof RestorePublished>;
