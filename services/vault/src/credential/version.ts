import type { PublicFields, VersionStatus } from '@keyturn/contracts';
import type { Who } from '@keyturn/contracts/queries';

/** Times are the database's, ISO 8601 with microseconds. */
export type Time = string;

export type Tested = {
  readonly verdict: string;
  readonly sentence: string;
  readonly elapsedMs: number;
  readonly can: string[];
  readonly at: Time;
};

/** A test that somebody asked for and that is not done yet. `testId`: the id of the command that asked. */
export type TestAsked = { readonly testId: string; readonly version: number; readonly askedAt: Time; readonly by: Who };

export type Version = {
  readonly version: number;
  readonly status: VersionStatus;
  readonly epoch: number | null;
  /** Where in the log its ciphertext is. */
  readonly position: number;
  readonly publicFields: PublicFields;
  readonly masks: Readonly<Record<string, string>>;
  /** What finds it at the provider. */
  readonly providerId: string;
  /** The version whose secret fields it has, if only public fields were edited. */
  readonly editedFrom: number | null;
  /** The version whose secret fields somebody brought again with it. */
  readonly sameAs: number | null;
  /** When its value ends, as far as anybody said so. */
  readonly expiresAt: Time | null;
  readonly stagedAt: Time;
  readonly stagedBy: Who;
  readonly appliedAt: Time | null;
  readonly tested: Tested | null;
  readonly untested: string | null;
  readonly committedAt: Time | null;
  readonly committedBy: Who | null;
  readonly supersededAt: Time | null;
  readonly revokingAt: Time | null;
  readonly loginsDeniedAt: Time | null;
  readonly endedAt: Time | null;
  readonly endedBy: Who | null;
  /** Why nobody revokes it at the provider, where another version replaced it. */
  readonly leftAliveBecause: string | null;
  /** Since when nothing but a backup opens it. */
  readonly shreddedAt: Time | null;
};

/** Whether a version's value may still be needed, and so must be there to be opened. What is not live may be shredded. */
export const isLive = ({ status }: Version): boolean => status !== 'revoked' && status !== 'discarded';

/** Whether a version is out of use and waits for its end. */
export const isRetirable = (status: string | undefined): boolean => status === 'superseded' || status === 'withdrawn';
