import { Address, ConsumerName, InstanceName } from '@keyturn/contracts';
import { z } from 'zod';

const File = z.string().startsWith('/');

/** Identities from the gateway, shown by a client of the sign-in provider; or a creds file that somebody made. */
const FromGateway = z.object({
  GATEWAY_URL: z.url(),
  OIDC_ISSUER: z.url(),
  CLIENT_ID: z.string().min(1),
  CLIENT_SECRET_FILE: File,
  NATS_URL: z.string().min(1).optional(),
});
const FromCreds = z.object({ GATEWAY_URL: z.undefined().optional(), NATS_URL: z.string().min(1), NATS_CREDS_FILE: File });

const Settings = z.object({
  KEYTURN_IDENTITY: z.string().min(1).optional(),
  CONSUMER: ConsumerName.default('orders'),
  INSTANCE: InstanceName.optional(),
  ADDRESS: Address,
  /** A proxy beside this process through which it reaches the database; the credential's own host and port if not said. */
  DATABASE_PROXY_PORT: z.coerce.number().int().positive().optional(),
  WORKERS: z.coerce.number().int().min(1).max(200).default(10),
  STATS_FILE: File,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  BEAT_EVERY_MS: z.coerce.number().int().min(50).default(10_000),
});

const identityOf = (env: z.infer<typeof FromGateway> | z.infer<typeof FromCreds>) =>
  env.GATEWAY_URL === undefined
    ? ({ kind: 'creds', natsUrl: env.NATS_URL, credsFile: env.NATS_CREDS_FILE } as const)
    : ({
        kind: 'gateway',
        gatewayUrl: env.GATEWAY_URL,
        natsUrl: env.NATS_URL,
        oidc: { issuer: env.OIDC_ISSUER, clientId: env.CLIENT_ID, secretFile: env.CLIENT_SECRET_FILE },
      } as const);

const Environment = z.intersection(Settings, z.union([FromGateway, FromCreds])).transform((env) => ({
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

/** Reads the settings; a wrong one is named, its value is not. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const parsed = Environment.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(
    `the environment is wrong: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
  );
};
