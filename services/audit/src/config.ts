import { type Environment, loadSettings } from '@keyturn/service';
import { z } from 'zod';

const File = z.string().startsWith('/', 'must be an absolute path');

const Milliseconds = z.coerce.number().int().positive();

const Config = z
  .object({
    DATABASE_URL_FILE: File,
    MIGRATION_DATABASE_URL_FILE: File,
    NATS_URL: z.string().min(1),
    NATS_CREDS_FILE: File,
    /** Makes all entries anew from the log's first event, beside the ones that are served, and then serves those. */
    AUDIT_REBUILD: z.enum(['0', '1']).default('0'),
    COMPARE_HEAD_EVERY_MS: Milliseconds.default(15_000),
    /** How many events of the vault's own table are compared each time. */
    COMPARE_EVENTS: z.coerce.number().int().positive().default(2_000),
    CHECK_ENTRIES_EVERY_MS: Milliseconds.default(3_600_000),
    /** How long audit may be behind the vault before its health says so. */
    LAG_ALARM_MS: Milliseconds.default(60_000),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  })
  .transform((env) => ({
    databaseUrlFile: env.DATABASE_URL_FILE,
    migrationDatabaseUrlFile: env.MIGRATION_DATABASE_URL_FILE,
    nats: { url: env.NATS_URL, credsFile: env.NATS_CREDS_FILE },
    rebuild: env.AUDIT_REBUILD === '1',
    checks: {
      compareHeadEveryMs: env.COMPARE_HEAD_EVERY_MS,
      eventsPerLook: env.COMPARE_EVENTS,
      checkEntriesEveryMs: env.CHECK_ENTRIES_EVERY_MS,
      lagAlarmMs: env.LAG_ALARM_MS,
    },
    logLevel: env.LOG_LEVEL,
  }));
export type Config = z.infer<typeof Config>;

export const loadConfig = (environment: Environment): Config => loadSettings(Config, environment);
