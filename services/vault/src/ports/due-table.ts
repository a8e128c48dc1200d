export type DueCredential = { readonly credentialId: string; readonly lookAt: string };

/** Which credentials have to be looked at by the clock alone; it follows from the log, in the append's own transaction. */
export interface DueTable {
  /** At most `limit` whose time was at or before `now` (ISO 8601), the one longest ago first, behind `after`. */
  due(now: string, after: DueCredential | null, limit: number): Promise<readonly DueCredential[]>;
}
