import type { AuditEntry } from '@keyturn/contracts/queries';

/** What entries must have in common; what isn't said isn't looked at. */
export type EntryFilter = {
  readonly credentialId?: string | undefined;
  /** Who acted, a person or a program: its id or its name, as it is. */
  readonly person?: string | undefined;
  /** Which consumer it is about: one that spoke, was named, was given a secret or was refused one. */
  readonly consumer?: string | undefined;
  /** From then on, as the log writes times (ISO 8601, UTC, microseconds). */
  readonly from?: string | undefined;
  /** Before then. */
  readonly to?: string | undefined;
  /** A part of type, who, address, IP address, request id or summary; letters large or small. */
  readonly text?: string | undefined;
};
export type EntryQuery = EntryFilter & {
  /** A position, excluded. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/** The served entries by what they have in common, newest first. */
export interface EntrySearch {
  entries(query: EntryQuery): Promise<readonly AuditEntry[]>;
  /** The events of these types, as they came. */
  recorded(query: EntryQuery & { readonly types: readonly string[] }): Promise<readonly string[]>;
}
