import { Address, ConsumerName, InstanceName } from '@keyturn/contracts';
import { z } from 'zod';

const Environment = z
  .object({
    NATS_URL: z.string().min(1),
    NATS_CREDS_FILE: z.string().startsWith('/'),
    KEYTURN_IDENTITY: z.string().min(1).optional(),
    CONSUMER: ConsumerName.default('orders'),
    INSTANCE: InstanceName.optional(),
    ADDRESS: Address,
    /** A proxy beside this process through which it reaches the database; the credential's own host and port if not said. */
    DATABASE_PROXY_PORT: z.coerce.number().int().positive().optional(),
    WORKERS: z.coerce.number().int().min(1).max(200).default(10),
    STATS_FILE: z.string().startsWith('/'),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    BEAT_EVERY_MS: z.coerce.number().int().min(50).default(10_000),
  })
  .transform((env) => ({
    natsUrl: env.NATS_URL,
    credsFile: env.NATS_CREDS_FILE,
    pinnedIdentity: env.KEYTURN_IDENTITY,
    consumer: env.CONSUMER,
    instance: env.INSTANCE,
    address: env.ADDRESS,
    proxyPort: env.DATABASE_PROXY_PORT ?? null,
    workers: env.WORKERS,
    statsFile: env.STATS_FILE,
    logLevel: env.LOG_LEVEL,
    beatEveryMs: env.BEAT_EVERY_MS,
  }));
export type Config = z.infer<typeof Environment>;

/** Reads the settings; a wrong one is named, its value is not. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const parsed = Environment.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(
    `the environment is wrong: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
  );
};
