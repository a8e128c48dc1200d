import { DEFAULT_POLICY, RotationPolicy } from '@keyturn/contracts';
import { type Environment, loadSettings, readSecretFile } from '@keyturn/service';
import { z } from 'zod';
import { environmentCredentials } from './environment/environment-credentials.ts';

const Path = z.string().startsWith('/', 'an absolute path');
const Milliseconds = z.coerce.number().int().positive();

/** Secrets come as files, never as variables. */
const Variables = z.object({
  NATS_URL: z.string().min(1),
  NATS_CREDS_FILE: Path,
  DATABASE_URL_FILE: Path,
  MIGRATION_DATABASE_URL_FILE: Path.optional(),
  KEK_FILE: Path,
  /** JSON: what a credential gets where its registration says nothing. */
  DEFAULT_POLICY: z.string().default('{}'),
  /** For how many days a backup is kept: shown to whoever deletes a credential. */
  BACKUP_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(35),
  RELAY_POLL_MS: Milliseconds.default(1_000),
  SILENCE_TICK_MS: Milliseconds.default(2_000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

const policyFrom = (json: string): RotationPolicy => {
  const given: unknown = JSON.parse(json);
  return RotationPolicy.parse({ ...DEFAULT_POLICY, ...RotationPolicy.partial().parse(given) });
};

/** Reads the settings once. A mistake names its variable and never prints its value. */
export const loadConfig = (environment: Environment) => {
  const env = loadSettings(Variables, environment);
  return {
    natsUrl: env.NATS_URL,
    natsCreds: () => readSecretFile(env.NATS_CREDS_FILE),
    databaseUrl: readSecretFile(env.DATABASE_URL_FILE),
    migrationUrl: env.MIGRATION_DATABASE_URL_FILE === undefined ? null : readSecretFile(env.MIGRATION_DATABASE_URL_FILE),
    kekFile: env.KEK_FILE,
    environmentCredentials: environmentCredentials(environment),
    policy: policyFrom(env.DEFAULT_POLICY),
    backupRetentionDays: env.BACKUP_RETENTION_DAYS,
    relayPollMs: env.RELAY_POLL_MS,
    silenceTickMs: env.SILENCE_TICK_MS,
    logLevel: env.LOG_LEVEL,
  };
};
export type Config = ReturnType<typeof loadConfig>;
