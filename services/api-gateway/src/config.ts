import { type Environment, loadSettings } from '@keyturn/service';
import { z } from 'zod';

const isLoopback = (url: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);

/** Tokens and keys over plain http could be swapped on the way, so it is taken only where there is no way. */
const isSafeIssuer = (value: string): boolean => {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
};

/** An origin as browsers send it; neither `*` nor `null`, which would be anybody's. */
const isOrigin = (value: string): boolean =>
  !value.includes('*') && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value;

const File = z.string().startsWith('/', 'must be an absolute path');

const Variables = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  NATS_URL: z.string().min(1),
  NATS_CREDS_FILE: File,
  /** What subscribers are told to connect to, where it isn't the address that this process uses. */
  NATS_PUBLIC_URL: z.string().min(1).optional(),
  /** The account's public key. */
  NATS_ACCOUNT: z.string().regex(/^A[A-Z2-7]{55}$/, 'must be the public key of a NATS account'),
  /** The seed of a signing key of that account, whose scope lets it make subscribers only. */
  NATS_SIGNING_KEY_FILE: File,
  SUBSCRIBER_JWT_SECONDS: z.coerce.number().int().min(2).max(3600).default(300),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).refine(isSafeIssuer, 'must be https (http only on loopback)'),
  OIDC_CLIENT_ID: z.string().min(1),
  OIDC_CLIENT_SECRET_FILE: File,
  OIDC_AUDIENCE: z.string().min(1).default('keyturn-api'),
  /** The claim that says for which consumer a program's token speaks. */
  OIDC_CONSUMER_CLAIM: z.string().min(1).default('consumer'),
  OIDC_SCOPE: z.string().min(1).default('openid profile email'),
  /** How a session's person is confirmed each half minute; `none` where the provider has no refresh tokens. */
  OIDC_SESSION_CHECK: z.enum(['refresh', 'none']).default('refresh'),
  /** `introspection`: the provider is asked about each token again and again; `signature`: a token is good until it ends. */
  OIDC_TOKEN_CHECK: z.enum(['signature', 'introspection']).default('signature'),
  SESSION_KEY_FILE: File,
  /** Event streams that one caller may have open at one gateway. */
  STREAMS_PER_CALLER: z.coerce.number().int().positive().default(20),
  /** How long an answer waits for the test of a value, before it is 202. */
  TEST_WAIT_MS: z.coerce.number().int().min(0).max(25_000).default(15_000),
  /** Requests that one identity may make at one gateway: so many at once, then as many a minute. */
  REQUESTS_PER_MINUTE: z.coerce.number().int().positive().default(6_000),
  /** Origins whose pages may ask the API with a bearer token, separated by commas; none if not said. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ''),
    )
    .refine((origins) => origins.every(isOrigin), 'must be origins such as https://portal.example.com, separated by commas'),
  ADMIN_UI_DIR: File.optional(),
  TEMPORAL_UI_URL: z.url().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

const Config = Variables.transform((env) => ({
  port: env.PORT,
  host: env.HOST,
  publicUrl: new URL(env.PUBLIC_URL).origin,
  nats: { url: env.NATS_URL, credsFile: env.NATS_CREDS_FILE },
  subscribers: {
    natsUrl: env.NATS_PUBLIC_URL ?? env.NATS_URL,
    account: env.NATS_ACCOUNT,
    signingKeyFile: env.NATS_SIGNING_KEY_FILE,
    lifetimeSeconds: env.SUBSCRIBER_JWT_SECONDS,
  },
  oidc: {
    issuer: env.OIDC_ISSUER,
    clientId: env.OIDC_CLIENT_ID,
    clientSecretFile: env.OIDC_CLIENT_SECRET_FILE,
    audience: env.OIDC_AUDIENCE,
    consumerClaim: env.OIDC_CONSUMER_CLAIM,
    scope: env.OIDC_SCOPE,
    tokenCheck: env.OIDC_TOKEN_CHECK,
    sessionCheck: env.OIDC_SESSION_CHECK,
  },
  corsOrigins: env.CORS_ORIGINS,
  streamsPerCaller: env.STREAMS_PER_CALLER,
  testWaitMs: env.TEST_WAIT_MS,
  requestsPerMinute: env.REQUESTS_PER_MINUTE,
  sessionKeyFile: env.SESSION_KEY_FILE,
  adminUiDir: env.ADMIN_UI_DIR ?? null,
  temporalUiUrl: env.TEMPORAL_UI_URL ?? null,
  logLevel: env.LOG_LEVEL,
}));
export type Config = z.infer<typeof Config>;

export const loadConfig = (environment: Environment): Config => loadSettings(Config, environment);
