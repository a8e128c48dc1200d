import { type Environment, loadSettings, readSecretFile } from '@keyturn/service';
import { Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import { defaultPolicy } from './default-policy.ts';
import { environmentCredentials } from './environment/environment-credentials.ts';

const Path = z.string().startsWith('/', 'an absolute path');
const Milliseconds = z.coerce.number().int().positive();

/** Secrets come as files; only the KEK may come as a variable, from where a host injects it. */
const Variables = z.object({
  NATS_URL: z.string().min(1),
  NATS_CREDS_FILE: Path,
  DATABASE_URL_FILE: Path,
  MIGRATION_DATABASE_URL_FILE: Path.optional(),
  KEK_FILE: Path.optional(),
  KEYTURN_KEK: z.string().optional(),
  /** JSON: what a credential gets where its registration says nothing. */
  DEFAULT_POLICY: z.string().default('{}'),
  /** Where backups go that are started over the API, and the file of age recipients to whom they are encrypted. Both, or neither. */
  BACKUP_FOLDER: Path.optional(),
  BACKUP_RECIPIENTS_FILE: Path.optional(),
  /** For how many days a backup is kept: shown to whoever deletes a credential. */
  BACKUP_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(35),
  /** How long a new value or an edit waits for the worker's test, before it is over. */
  TEST_DEADLINE_MS: Milliseconds.default(30_000),
  /** How old a credential's last test may grow before it is tested again; 0: nothing is tested unasked. */
  HEALTH_TEST_EVERY_MS: z.coerce.number().int().nonnegative().default(86_400_000),
  HEALTH_TEST_POLL_MS: Milliseconds.default(5_000),
  /** How often it looks for credentials whose scheduled rotation or reminder is due. */
  SCHEDULE_POLL_MS: Milliseconds.default(10_000),
  RELAY_POLL_MS: Milliseconds.default(1_000),
  SILENCE_TICK_MS: Milliseconds.default(2_000),
  /** How often a replica says that it runs, and looks for new KEKs. */
  REPLICA_BEAT_MS: Milliseconds.default(2_000),
  /** After how long without a word nobody waits for a replica any more. */
  REPLICA_GONE_MS: Milliseconds.default(30_000),
  /** 0: as fast as it goes. */
  REWRAP_ROWS_PER_SECOND: z.coerce.number().int().nonnegative().default(0),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** Where the KEKs are kept. */
export type KekSource = { readonly file: string } | { readonly variable: Sensitive<string> };

const kekSource = ({ KEK_FILE, KEYTURN_KEK }: z.infer<typeof Variables>): KekSource => {
  if (KEK_FILE !== undefined && KEYTURN_KEK === undefined) return { file: KEK_FILE };
  if (KEYTURN_KEK !== undefined && KEK_FILE === undefined) return { variable: new Sensitive(KEYTURN_KEK) };
  throw new Error("the vault's settings are wrong: it needs its KEK from KEK_FILE or from KEYTURN_KEK, one of the two");
};

/** A folder without recipients would be no place for backups: nobody could be kept from opening them. */
const backupPlace = ({ BACKUP_FOLDER: folder, BACKUP_RECIPIENTS_FILE: recipientsFile }: z.infer<typeof Variables>) => {
  if (folder !== undefined && recipientsFile !== undefined) return { folder, recipientsFile };
  if (folder === undefined && recipientsFile === undefined) return null;
  throw new Error("the vault's settings are wrong: BACKUP_FOLDER and BACKUP_RECIPIENTS_FILE are needed together, or neither");
};

/** Reads the settings once. A mistake names its variable and never prints its value. */
export const loadConfig = (environment: Environment) => {
  const env = loadSettings(Variables, environment);
  return {
    natsUrl: env.NATS_URL,
    natsCreds: () => readSecretFile(env.NATS_CREDS_FILE),
    databaseUrl: readSecretFile(env.DATABASE_URL_FILE),
    migrationUrl: env.MIGRATION_DATABASE_URL_FILE === undefined ? null : readSecretFile(env.MIGRATION_DATABASE_URL_FILE),
    kek: kekSource(env),
    environmentCredentials: environmentCredentials(environment),
    policy: defaultPolicy(env.DEFAULT_POLICY),
    backupPlace: backupPlace(env),
    backupRetentionDays: env.BACKUP_RETENTION_DAYS,
    testDeadlineMs: env.TEST_DEADLINE_MS,
    healthTestEveryMs: env.HEALTH_TEST_EVERY_MS,
    healthTestPollMs: env.HEALTH_TEST_POLL_MS,
    schedulePollMs: env.SCHEDULE_POLL_MS,
    relayPollMs: env.RELAY_POLL_MS,
    silenceTickMs: env.SILENCE_TICK_MS,
    replicaBeatMs: env.REPLICA_BEAT_MS,
    replicaGoneMs: env.REPLICA_GONE_MS,
    rewrapRowsPerSecond: env.REWRAP_ROWS_PER_SECOND,
    logLevel: env.LOG_LEVEL,
  };
};
export type Config = ReturnType<typeof loadConfig>;
