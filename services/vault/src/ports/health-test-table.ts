/** `besides`: credentials, and `full`: providers, that are left out. */
export type DueWanted = { readonly before: string; readonly besides: readonly string[]; readonly full: readonly string[] };

/** `provider`: whose patience its test needs, or where it has a server of its own the service of its address. */
export type DueTest = { readonly credentialId: string; readonly provider: string };

/** Which credentials are due for a health test; it follows from the log, in the append's own transaction. */
export interface HealthTestTable {
  /** The provider of each test that the worker has yet to do, whoever asked for it. */
  open(): Promise<readonly string[]>;
  /**
   * At most `limit` active credentials whose current version can be tested and was not since `before` (ISO 8601), the one longest ago first,
   * without any that has something under way.
   */
  due(wanted: DueWanted, limit: number): Promise<readonly DueTest[]>;
}
