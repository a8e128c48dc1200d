import type { Strategy, TestReport } from '@keyturn/contracts';
import type { Result, Sensitive } from '@keyturn/kernel';
import type { Fence } from './fence.ts';
import type { ProviderRefusal } from './refusal.ts';

/** What one login with a version's value came to. */
export type TestedLogin = TestReport & { readonly sqlState?: string };

/** Whether a value still opens the door. `dead` is claimed only on the provider's authentication refusal, twice in a row. */
export type Liveness = { readonly state: 'alive' | 'dead' | 'unknown'; readonly sentence: string };

/** Who was seen using one login at the moment of the sample. Holds no query text. Dates are the provider's clock, ISO 8601. */
export type UseSample = {
  readonly sampledAt: string;
  readonly sessions: number;
  readonly applications: readonly string[];
  readonly addresses: readonly string[];
  readonly oldestSince?: string;
  /** When it was last used, where the provider knows that instead of sessions; `sessions` is then 1 if that was since the sample before. */
  readonly lastUsedAt?: string;
  /** The provider remembers uses between two samples: however far apart they are, none is missed. */
  readonly isGapless?: true;
};

/** One thing that the issuer can't do yet, and the exact statement that an administrator runs at the provider to allow it. */
export type MissingPrivilege = {
  readonly code: string;
  readonly needed: 'rotation' | 'force' | 'evidence';
  readonly sentence: string;
  readonly statement?: string;
};

/**
 * What a look at an issuer came to. `unseen`: what it can't show, so that only a rotation does, in whole sentences about "it", the issuer; absent
 * where all was seen.
 */
export type SeenOfIssuer = { readonly lacks: readonly MissingPrivilege[]; readonly unseen?: string };

/** What a dry run found. `ready` means that a rotation can run; what only `force` or richer evidence needs may still be missing. */
export type IssuerReport = { readonly ready: boolean; readonly issuer: string; readonly missing: readonly MissingPrivilege[] };

/** A candidate that exists only in our hands yet: seal and append it before calling `apply`. */
export type CandidatePlan<Fields> = {
  readonly fields: Fields;
  /** The provider's id of what will be created or changed, as the ledger records it. */
  readonly providerObject: string;
  /** False if the login exists already and is taken again. */
  readonly creates: boolean;
  /** When the password ends, where the provider knows that of the account for which it acts. */
  readonly expiresAt?: string;
};

/** What every strategy offers: a test before the commit, and a check that a revoked value is dead. Both change nothing. */
export interface Provider<Fields> {
  readonly type: string;
  readonly strategy: Strategy;
  /** Takes the fields of an opened value, or names the field that is missing or malformed (never its value). */
  parseFields(record: Sensitive<Readonly<Record<string, string>>>): Result<Fields, ProviderRefusal>;
  /** Logs in with the value and does nothing else. `owner` is the account for which it acts, if that isn't its own user name. */
  test(input: { readonly fields: Fields; readonly owner?: string }): Promise<TestedLogin>;
  /** Says `dead` only after two separate authentication refusals. Call it when no `apply` can be in flight any more. */
  isDead(fields: Fields): Promise<Liveness>;
}

/** The common part of every change at the provider. The fence is checked and left behind in the same transaction. */
export type FencedChange<Issuer> = { readonly issuer: Issuer; readonly fence: Fence; readonly username: string };

/** A change that happened, or that had already happened: repeating a call with the same fence is harmless. */
export type Changed = { readonly username: string };

/**
 * A provider whose values we choose ourselves. All changes are idempotent, are refused as `stale-epoch` once a newer fence was
 * seen, and return refusals; what isn't an answer of the provider (a bug, a broken transaction) is thrown, scrubbed.
 */
export interface ChosenProvider<Fields, Issuer = Fields> extends Provider<Fields> {
  readonly strategy: 'chosen';
  /**
   * Picks a login that no live version uses and makes a password for it. Only reads at the provider. `liveUsernames` are those of
   * every version that isn't `revoked` or `discarded`, and of every open object in the ledger.
   */
  planCandidate(input: {
    readonly issuer: Issuer;
    readonly owner: string;
    readonly current: Fields;
    readonly liveUsernames: readonly string[];
    readonly credentialId: string;
  }): Promise<Result<CandidatePlan<Fields>, ProviderRefusal>>;
  /** Makes the candidate's login accept the candidate's password, and act for the owner. */
  apply(input: {
    readonly issuer: Issuer;
    readonly fence: Fence;
    readonly owner: string;
    readonly fields: Fields;
  }): Promise<Result<Changed, ProviderRefusal>>;
  /** Revoke, step 1: no new logins. Sessions that are open go on, and the value is kept: a person can let it in again at the provider. */
  denyLogins(input: FencedChange<Issuer>): Promise<Result<Changed, ProviderRefusal>>;
  /** Revoke, step 2, and discard: no logins, and the verifier is gone for good. The login itself stays, for a later version. */
  erase(input: FencedChange<Issuer>): Promise<Result<Changed, ProviderRefusal>>;
  /** Force: ends the sessions that logged in with this user name. Deny logins first, or they come back. */
  endSessions(input: FencedChange<Issuer>): Promise<Result<{ readonly ended: number }, ProviderRefusal>>;
  /** Evidence: who uses this login right now. */
  sampleUse(input: { readonly issuer: Issuer; readonly username: string }): Promise<Result<UseSample, ProviderRefusal>>;
  /** Dry run: what the issuer lacks for rotating the owner, with the exact statements. Changes nothing. */
  inspectIssuer(input: {
    readonly issuer: Issuer;
    readonly owner: string;
    readonly credentialId: string;
  }): Promise<Result<IssuerReport, ProviderRefusal>>;
}
