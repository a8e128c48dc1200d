import type { Refusal } from '@keyturn/contracts';
import type { BackupView, VaultQueryAnswer } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Backup } from '../backups/state.ts';
import type { VaultDeps } from '../deps.ts';
import { backupsFold, streamOf } from '../folds.ts';

const viewOf = async ({ backups }: VaultDeps, backup: Backup): Promise<BackupView> => {
  const said = backup.status === 'completed' ? null : await backups.of(backup.backupId);
  return { ...backup, kekIds: [...backup.kekIds], ...said };
};

const known = (deps: VaultDeps): Promise<readonly Backup[]> => deps.log.state(backupsFold, streamOf.backups);

export const listBackups = async (deps: VaultDeps): Promise<Result<VaultQueryAnswer<'backup.list'>, Refusal>> => {
  const items = await Promise.all((await known(deps)).map((backup) => viewOf(deps, backup)));
  return ok({ items: items.toReversed() });
};

export const getBackup = async (deps: VaultDeps, { backupId }: { readonly backupId: string }): Promise<Result<BackupView, Refusal>> => {
  const found = (await known(deps)).find((backup) => backup.backupId === backupId);
  return found ? ok(await viewOf(deps, found)) : refuse({ code: 'backup-unknown', backupId });
};
