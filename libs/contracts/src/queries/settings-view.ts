import { z } from 'zod';
import { RotationPolicy } from '../policy.ts';

/** What the vault was started with, as far as people who look after credentials need to know it. */
export const SettingsView = z.object({
  /** What a credential gets where its registration says nothing. */
  defaultPolicy: RotationPolicy,
  /** For how many days a backup can still open what was deleted. */
  backupRetentionDays: z.int(),
});
export type SettingsView = z.infer<typeof SettingsView>;
