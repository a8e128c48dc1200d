import { Address, ConsumerName, InstanceName } from '@keyturn/contracts';
import { identityOf, IdentitySettings } from '@keyturn/example-identity';
import { type Environment as Variables, loadSettings } from '@keyturn/service';
import { z } from 'zod';

const Settings = z.object({
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
});

const Environment = z.intersection(Settings, IdentitySettings).transform((env) => ({
  identity: identityOf(env),
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

export const loadConfig = (env: Variables): Config => loadSettings(Environment, env);
