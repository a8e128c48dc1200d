import type { Address, Refusal } from '@keyturn/contracts';
import type { BeatAnswer } from '@keyturn/contracts/subscriber';
import type { Result } from '@keyturn/kernel';
import type { HeldVersion } from '../held-version.ts';

/** What an instance says of a version that it tried (design §6): signed with the version's own ack key when it is sent. */
export type Report = { readonly ok: boolean; readonly sentence: string; readonly elapsedMs: number };

/** All versions that this instance holds of one credential, draining ones included. */
export type Holding = { readonly credentialId: string; readonly versions: readonly number[] };

/** The vault as a subscriber sees it. Refusals are values, an unreachable vault is thrown. */
export interface Vault {
  /**
   * From here on the vault counts the version as held. `onFetched` is called before any later message leaves: a beat that doesn't name the
   * version would give it up.
   */
  fetch(address: Address, onFetched: (version: HeldVersion) => void): Promise<Result<HeldVersion, Refusal>>;
  /**
   * The version that is pending, to try it and for nothing else; refused unless the vault asked this instance to. It counts as held, like
   * one that was fetched.
   */
  fetchPending(address: Address, onFetched: (version: HeldVersion) => void): Promise<Result<HeldVersion, Refusal>>;
  /** `phase`: a trial before the commit, or use after it. May be repeated under the same `commandId` until it is answered: the vault records it once. */
  acknowledge(commandId: string, version: HeldVersion, report: Report, phase: 'preflight' | 'use'): Promise<Result<'recorded', Refusal>>;
  /** `holdings` is asked for when the beat's turn to be sent has come, so a beat never tells of an older state than the one it leaves in. */
  beat(holdings: () => readonly Holding[]): Promise<Result<BeatAnswer, Refusal>>;
  goodbye(): Promise<Result<'recorded', Refusal>>;
}
