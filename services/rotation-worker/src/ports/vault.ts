import type { Refusal } from '@keyturn/contracts';
import type { VaultCommandInput } from '@keyturn/contracts/commands';
import type { NextStep, UnsettledCandidate, VaultQueryAnswer } from '@keyturn/contracts/queries';
import type { Result, Sensitive } from '@keyturn/kernel';

/** One rotation of one credential. */
export type EpochId = { readonly credentialId: string; readonly epoch: number };

export type OpenEpoch = VaultQueryAnswer<'epoch.list-open'>['items'][number];

/** What the worker reports: every command of the vault that only it may send, but `epoch.reveal`. */
export type ReportName =
  | 'epoch.announce-candidate'
  | 'epoch.stage-candidate'
  | 'epoch.record-applied'
  | 'epoch.record-tested'
  | 'epoch.ask-preflight'
  | 'epoch.commit'
  | 'epoch.record-evidence'
  | 'epoch.hold'
  | 'epoch.record-throttled'
  | 'epoch.escalate'
  | 'epoch.start-revocation'
  | 'epoch.record-logins-denied'
  | 'epoch.record-revoked'
  | 'epoch.complete'
  | 'epoch.fail'
  | 'ledger.record-discarded'
  | 'ledger.record-revoke-failed'
  | 'ledger.start-revocation'
  | 'ledger.record-revoked';

export type FieldRecord = Readonly<Record<string, string>>;

/** `commandId` makes a repeat harmless: the same id with the same content is answered from the first verdict. */
export type ReportOptions = { readonly commandId: string; readonly secret?: Sensitive<FieldRecord> };

/** A value of a credential, opened for this process: its public and its secret fields together. `credentialId`: whose it is, an issuer's own. */
export type OpenedVersion = { readonly credentialId: string; readonly version: number; readonly fields: Sensitive<FieldRecord> };

/**
 * The vault, as a rotation sees it: it says what an epoch still needs, and records what was done. What the domain refuses is a value;
 * a vault that doesn't answer is a fault, after which nobody knows whether the command ran: repeat it with the same id.
 */
export interface Vault {
  /** The only question of a run; ask it again after every step and after every restart. Changes nothing. */
  nextStep(epoch: EpochId): Promise<Result<NextStep, Refusal>>;
  /** Reports a step. A secret leaves this process sealed to the vault. */
  report<Name extends ReportName>(name: Name, data: VaultCommandInput<Name>, options: ReportOptions): Promise<Result<void, Refusal>>;
  /** Opens a value that an open epoch or the ledger needs, or the issuer's. Each call is recorded in the log before it is answered. */
  reveal(what: VaultCommandInput<'epoch.reveal'>): Promise<Result<OpenedVersion, Refusal>>;
  listOpenEpochs(): Promise<readonly OpenEpoch[]>;
  /** Candidates of failed rotations, and what was replaced outside one, that may still live at the provider. */
  listUnsettled(): Promise<readonly UnsettledCandidate[]>;
}
