import type { TestReport } from '@keyturn/contracts';
import type { Result, Sensitive } from '@keyturn/kernel';
import type { Fence } from '../fence.ts';
import type { Liveness, SeenOfIssuer, UseSample } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';

/** The fields of one version, opened: public and secret ones together. */
export type OpenedFields = Sensitive<Readonly<Record<string, string>>>;

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

/** A change of what is found by `providerId`, made with the issuer on behalf of the fence. */
export type ProviderChange = { readonly issuer: OpenedFields; readonly fence: Fence; readonly providerId: string };

/** What of the credential stays at the provider, as the vault says at that moment; null where it needs the step no more. */
export type Kept = () => Promise<readonly string[] | null>;

/** What the engine asks of every provider: does a value work, and is it dead. Both change nothing there. */
export interface TestedValues {
  /** `owner`: the account for which the value must act, where that isn't its own. */
  test(input: { readonly fields: OpenedFields; readonly owner?: string }): Promise<TestReport>;
  /** Says `dead` only after two separate authentication refusals, with nothing in flight that could bring the value to life. */
  isDead(fields: OpenedFields): Promise<Liveness>;
}

/**
 * Whether an issuer may rotate what a value is of. `owner`: for whom its values must act, where they are chosen; `known`: what finds the value,
 * as far as the vault knows; `fence`: the one that a rotation asked for now would have, or an older one.
 */
export type Inspection = {
  readonly issuer: OpenedFields;
  readonly current: OpenedFields;
  readonly fence: Fence;
  readonly owner?: string | undefined;
  readonly known?: string | undefined;
};

/** What the engine asks of a provider at which we revoke. Repeating a call is harmless; what a provider answers is a value, never thrown. */
export interface RevokedValues extends TestedValues {
  /**
   * What the issuer lacks, as far as it can be seen without changing anything, with the exact statements where there are any; and what can't be
   * seen so. A refusal is a lack, too (`lacksOf`), unless the provider can't be reached.
   */
  inspectIssuer(input: Inspection): Outcome<SeenOfIssuer>;
  /**
   * Evidence: was it used? By the provider's clock, and absent before the first sample: `since`, from when on the row of samples claims something;
   * `last`, when the one before was taken.
   */
  sampleUse(input: {
    readonly issuer: OpenedFields;
    readonly providerId: string;
    readonly since?: string | undefined;
    readonly last?: string | undefined;
  }): Outcome<UseSample>;
  /** Step one: nobody gets in any more, and a person can still undo it at the provider. */
  denyUse(change: ProviderChange): Outcome<void>;
  /** Force: ends whatever is logged in with it, after step one; absent where a provider has no sessions. */
  endUse?(change: ProviderChange): Outcome<{ readonly sessions: number }>;
  /** Step two, and discard: gone for good. With `kept`, whatever else of ours is there and isn't kept goes, too. */
  erase(change: ProviderChange & { readonly kept?: Kept | undefined }): Outcome<void>;
}

/** We make the value, and have the provider take it. */
export interface ChosenValues extends RevokedValues {
  readonly strategy: 'chosen';
  /** Chooses a login and its secret, and only reads at the provider. `liveIds`: what mustn't be taken. */
  plan(input: {
    readonly issuer: OpenedFields;
    readonly owner: string;
    readonly current: OpenedFields;
    readonly liveIds: readonly string[];
    readonly credentialId: string;
  }): Outcome<IssuedValue>;
  apply(input: {
    readonly issuer: OpenedFields;
    readonly fence: Fence;
    readonly owner: string;
    readonly fields: OpenedFields;
  }): Outcome<void>;
}

/** A new value: what of it may be shown, what may not, and what finds it at the provider. */
export type IssuedValue = {
  readonly publicFields: Readonly<Record<string, string>>;
  readonly secret: OpenedFields;
  readonly providerId: string;
  /** When it ends, where the provider says so. */
  readonly expiresAt?: string;
};

/** What finds the value of today at its provider, and what will find the one that is about to be issued before its own id is known. */
export type Announcement = { readonly current: string; readonly candidate: string };

/** The provider makes the value, and shows it once. */
export interface IssuedValues extends RevokedValues {
  readonly strategy: 'issued';
  /** What the next value of this fence will be found by. Only reads. `known`: what finds the value of today, as far as the vault knows. */
  announce(input: {
    readonly issuer: OpenedFields;
    readonly current: OpenedFields;
    readonly fence: Fence;
    readonly known?: string | undefined;
  }): Outcome<Announcement>;
  /**
   * Removes whatever earlier tries left (of ours, and not `kept`), then has one value issued that may do what the current one may. Call it only
   * after the announcement was recorded, and record what it answers in the same activity. Null, and nothing is issued, where `kept` is null: this
   * try is over.
   */
  issue(input: {
    readonly issuer: OpenedFields;
    readonly announced: Announcement;
    readonly fence: Fence;
    readonly kept: Kept;
  }): Outcome<IssuedValue | null>;
  /** What finds a value there that no rotation ever announced. Call it for one that isn't dead. */
  identify(input: { readonly issuer: OpenedFields; readonly fields: OpenedFields; readonly credentialId: string }): Outcome<string>;
}

/** One contract for all whose values the engine rotates by itself. */
export type RotationProvider = ChosenValues | IssuedValues;
