import { z } from 'zod';

/** The two tables of the older system. */
export const LEGACY_TABLES = ['encrypted_credentials', 'service_credentials'] as const;
export type LegacyTable = (typeof LEGACY_TABLES)[number];

/** A row of either table, as `to_jsonb` gives it; columns that a table hasn't are absent. */
export const LegacyRow = z.object({
  id: z.int(),
  user_id: z.string().nullish(),
  service: z.string(),
  credential_type: z.string(),
  encrypted_value: z.string().nullable(),
  is_system_level: z.boolean().nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  encrypted_at: z.string().nullish(),
  last_used: z.string().nullish(),
  test_status: z.string().nullish(),
  metadata: z.string().nullish(),
});
export type LegacyRow = z.infer<typeof LegacyRow>;
