import type { BackupKeks } from '../../backup/check-lines.ts';
import { BackupUnfit } from '../../backup/backup-unfit.ts';
import { aesKeyWrapper, type Kek, kekOf } from '../aes-key-wrapper.ts';

/** The KEKs that a backup carries, held in memory as long as it is read. */
export const backupKeks = async (): Promise<BackupKeks> => {
  const held: Kek[] = [];
  const wrapper = await aesKeyWrapper(() => Promise.resolve(held));
  return {
    hold: async ({ id, key }) => {
      const kek = kekOf(new Uint8Array(key));
      key.fill(0);
      if (kek.id !== id) throw new BackupUnfit('backup-damaged', `the key ${id} in the backup is damaged`);
      held.push(kek);
      await wrapper.reload();
    },
    unwrap: (wrapped, context) => wrapper.unwrap(wrapped, context),
  };
};
