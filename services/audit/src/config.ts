import { z } from 'zod';

const File = z.string().startsWith('/', 'must be an absolute path');

const Config = z
  .object({
    DATABASE_URL_FILE: File,
    MIGRATION_DATABASE_URL_FILE: File,
    NATS_URL: z.string().min(1),
    NATS_CREDS_FILE: File,
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  })
  .transform((env) => ({
    databaseUrlFile: env.DATABASE_URL_FILE,
    migrationDatabaseUrlFile: env.MIGRATION_DATABASE_URL_FILE,
    nats: { url: env.NATS_URL, credsFile: env.NATS_CREDS_FILE },
    logLevel: env.LOG_LEVEL,
  }));
export type Config = z.infer<typeof Config>;

/** Names the variables that are wrong, never their values. */
export const loadConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const parsed = Config.safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new Error(`the settings are wrong: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`);
};
