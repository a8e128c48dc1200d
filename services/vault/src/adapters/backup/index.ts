export { type Lock, type Unlock } from './age-file.ts';
export { createBackup, type CreateBackup, type CreatedBackup } from './create-backup.ts';
export { restoreBackup, type RestoreBackup, type RestoredBackup } from './restore-backup.ts';
export { verifyBackup, type VerifyBackup } from './verify-backup.ts';
export { type KekSource } from '../../config.ts';
export { type BackupContent } from '../../backup/check-lines.ts';
export { type BackupRefusal, type BackupRefusalCode } from '../../backup/backup-unfit.ts';
