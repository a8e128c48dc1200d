/** Why a backup, or a restore, was refused. */
export type BackupRefusalCode =
  | 'backup-exists'
  | 'backup-unwritable'
  | 'age-key-unusable'
  | 'kek-unusable'
  | 'backup-unreadable'
  | 'backup-not-opened'
  | 'backup-damaged'
  | 'backup-format-unknown'
  | 'backup-chain-broken'
  | 'backup-key-unreadable'
  | 'backup-dek-missing'
  | 'backup-kek-missing'
  | 'restore-target-not-empty'
  | 'restore-incarnation-too-low';

export type BackupRefusal = { readonly code: BackupRefusalCode; readonly sentence: string };

/**
 * Ends a stream in the middle, and with it the transaction that it feeds; whoever began it answers the refusal. Never holds anything of a
 * backup's content.
 */
export class BackupUnfit extends Error {
  override readonly name = 'BackupUnfit';
  readonly refusal: BackupRefusal;

  constructor(code: BackupRefusalCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.refusal = { code, sentence };
  }
}
