import { Address, ConsumerName, InstanceName } from '@keyturn/contracts';
import { identityOf, IdentitySettings, secretFile } from '@keyturn/example-identity';
import { type Environment as Variables, loadSettings } from '@keyturn/service';
import { z } from 'zod';

const Addresses = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
  .pipe(z.array(Address));

const Settings = z.object({
  CONSUMER: ConsumerName.default('dns'),
  INSTANCE: InstanceName.optional(),
  KEYTURN_IDENTITY: z.string().min(1).optional(),
  /** Several side by side, the first one for whoever names no account. None: the one that Keyturn resolves, its environment's meanwhile. */
  CLOUDFLARE_ADDRESSES: Addresses,
  /** None: the one that Keyturn resolves. */
  NAMECHEAP_ADDRESS: Address.optional(),
  /** In place of NameCheap's own, for a simulator. */
  NAMECHEAP_URL: z.url().optional(),
  /** The bearer token that callers of this service show. */
  API_TOKEN_FILE: z.string().startsWith('/'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().positive(),
  /** How often it is asked whether Keyturn has a credential of its own by now, where its environment's is used. */
  RESOLVE_EVERY_MS: z.coerce.number().int().positive().default(30_000),
  BEAT_EVERY_MS: z.coerce.number().int().min(50).default(10_000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

const Environment = z.intersection(Settings, IdentitySettings).transform((env) => ({
  identity: identityOf(env),
  consumer: env.CONSUMER,
  instance: env.INSTANCE,
  pinnedIdentity: env.KEYTURN_IDENTITY,
  cloudflareAddresses: env.CLOUDFLARE_ADDRESSES,
  namecheapAddress: env.NAMECHEAP_ADDRESS ?? null,
  namecheapUrl: env.NAMECHEAP_URL,
  apiToken: secretFile(env.API_TOKEN_FILE),
  host: env.HOST,
  port: env.PORT,
  resolveEveryMs: env.RESOLVE_EVERY_MS,
  beatEveryMs: env.BEAT_EVERY_MS,
  logLevel: env.LOG_LEVEL,
}));
export type Config = z.infer<typeof Environment>;

export const loadConfig = (env: Variables): Config => loadSettings(Environment, env);
