/** What the worker is to do outside rotations, and who depends on whom; both follow from the log, in the append's own transaction. */
export interface ErrandTable {
  /** Credentials of which a version is to be tested or revoked. */
  open(): Promise<readonly string[]>;
  /** Addresses of the credentials that are managed with this one. */
  managedBy(issuer: string): Promise<readonly string[]>;
}
