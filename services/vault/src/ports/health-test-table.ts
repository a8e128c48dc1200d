/** Which credentials are due for a health test; it follows from the log, in the append's own transaction. */
export interface HealthTestTable {
  /** How many tests the worker has yet to do, whoever asked for them. */
  open(): Promise<number>;
  /**
   * At most `limit` active credentials whose current version can be tested and was not since `before` (ISO 8601), the one longest ago first.
   * Without those in `besides`, and without any that has something under way.
   */
  due(before: string, besides: readonly string[], limit: number): Promise<readonly string[]>;
}
