import type { DayOfUse } from '@keyturn/contracts/queries';

export type UsageQuery = { readonly credentialIds: readonly string[]; /** ISO date, included. */ readonly since: string };

/** How often secrets left the vault for people and programs, counted where they were witnessed. */
export interface UsageStore {
  /** By credential and day (UTC), oldest first; days without any are left out. */
  days(query: UsageQuery): Promise<readonly DayOfUse[]>;
}
