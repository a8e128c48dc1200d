import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { backupFolder } from '../src/adapters/backup/backup-folder.ts';
import { postgresBackupProgress } from '../src/adapters/postgres/backup-progress.ts';
import { postgresCommandLog } from '../src/adapters/postgres/command-log.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import { vaultPool } from '../src/adapters/postgres/vault-pool.ts';
import { startBackupper } from '../src/backups/start-backupper.ts';

// A replica that only writes backups, as a process of its own: to be killed.

const [, , databaseUrl = '', kek = '', folder = '', recipientsFile = ''] = process.argv;
const url = new Sensitive(databaseUrl);
const logger = silentLogger;
const pool = vaultPool({ url, logger, max: 4 });
startBackupper({
  log: postgresCommandLog({ url, pool, logger }),
  folder: backupFolder({ place: { folder, recipientsFile }, databaseUrl: url, kek: { variable: new Sensitive(kek) } }),
  progress: postgresBackupProgress(pool),
  leadership: postgresLeadership({ url, name: 'backup', retryMs: 20, logger }),
  newId: uuidv7,
  logger,
  pollMs: 20,
  retryMs: 20,
  progressMs: 10,
});
process.send?.('running');
