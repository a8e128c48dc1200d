import type { Pool } from 'pg';
import type { BackupProgressTable } from '../../ports/backup-progress.ts';

/** Only the newest is kept: an older one has ended, and its events say how. */
export const postgresBackupProgress = (pool: Pool): BackupProgressTable => ({
  say: async (backupId, { bytes, lines }) => {
    await pool.query({
      name: 'say-backup-progress',
      text: `WITH older AS (DELETE FROM backup_progress WHERE backup_id <> $1)
             INSERT INTO backup_progress (backup_id, bytes, lines) VALUES ($1, $2, $3)
             ON CONFLICT (backup_id) DO UPDATE SET bytes = excluded.bytes, lines = excluded.lines`,
      values: [backupId, bytes, lines],
    });
  },
  of: async (backupId) => {
    const { rows } = await pool.query<{ bytes: string; lines: string }>({
      name: 'backup-progress',
      text: 'SELECT bytes, lines FROM backup_progress WHERE backup_id = $1',
      values: [backupId],
    });
    return rows[0] ? { bytes: Number(rows[0].bytes), lines: Number(rows[0].lines) } : null;
  },
});
