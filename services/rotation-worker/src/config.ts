import type { Result } from '@keyturn/kernel';
import { parseProviderRates, parseProviderUrls } from '@keyturn/providers/adapters';
import { parseDatabaseEgressAllow, parseEgressAllow } from '@keyturn/providers/http';
import { type Environment, loadSettings } from '@keyturn/service';
import { z } from 'zod';
import { TASK_QUEUE } from './rotation/rotation-run.ts';

/** A setting with a form of its own, whose parser says what that is. */
const parsedBy = <Parsed>(parse: (text: string) => Result<Parsed, string>) =>
  z
    .string()
    .default('')
    .transform((text, context): Parsed => {
      const parsed = parse(text);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: parsed.refusal });
      return z.NEVER;
    });

const Milliseconds = z.coerce.number().int().min(100);

const Config = z
  .object({
    NATS_URL: z.url(),
    NATS_CREDS_FILE: z.string().startsWith('/'),
    TEMPORAL_ADDRESS: z.string().regex(/^[^\s:]+:\d+$|^\[[^\]]+\]:\d+$/u, 'is <host>:<port>'),
    TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
    TASK_QUEUE: z.string().min(1).default(TASK_QUEUE),
    /** How soon a rotation is found whose event was lost, and a failed one's candidate is settled. */
    SWEEP_EVERY_MS: Milliseconds.default(10_000),
    /** How long settling something rests after it failed: twice as long each time, from the first to the longest. */
    SETTLE_PAUSE_FIRST_MS: Milliseconds.default(10_000),
    SETTLE_PAUSE_LONGEST_MS: Milliseconds.default(600_000),
    /** How long after it was asked for a value may still come into being at its provider: what may have been created is looked for until then. */
    ISSUE_TAKES_MS: Milliseconds.default(60_000),
    PROVIDER_CONNECT_TIMEOUT_MS: Milliseconds.default(5_000),
    PROVIDER_STATEMENT_TIMEOUT_MS: Milliseconds.default(15_000),
    /** Addresses and networks that tests at providers may reach over HTTP besides public ones: `10.0.0.0/8,127.0.0.1:4010`. */
    EGRESS_ALLOW: parsedBy(parseEgressAllow),
    /** The same for logins to databases, which no other call may use. */
    DATABASE_EGRESS_ALLOW: parsedBy(parseDatabaseEgressAllow),
    /** Where providers are asked instead of at their public addresses, through a gateway for instance: `stripe=https://…/v1`. */
    PROVIDER_URLS: parsedBy(parseProviderUrls),
    /** How often providers are called at most, instead of what their documentation allows: `cloudflare=600/300000`. */
    PROVIDER_RATES: parsedBy(parseProviderRates),
    /** Where the workflows' bundle is kept, so that a restarted worker need not make it anew; nowhere if left out. */
    WORKFLOW_CACHE_DIR: z.string().startsWith('/').optional(),
    /** Where docs/operations.md is published: what runs in Temporal link to. */
    RUNBOOK_URL: z.url({ protocol: /^https?$/u }).optional(),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .transform((env) => ({
    natsUrl: env.NATS_URL,
    natsCredsFile: env.NATS_CREDS_FILE,
    temporal: { address: env.TEMPORAL_ADDRESS, namespace: env.TEMPORAL_NAMESPACE },
    taskQueue: env.TASK_QUEUE,
    sweepEveryMs: env.SWEEP_EVERY_MS,
    settlePause: { firstMs: env.SETTLE_PAUSE_FIRST_MS, longestMs: env.SETTLE_PAUSE_LONGEST_MS },
    issueTakesMs: env.ISSUE_TAKES_MS,
    provider: { connectTimeoutMs: env.PROVIDER_CONNECT_TIMEOUT_MS, statementTimeoutMs: env.PROVIDER_STATEMENT_TIMEOUT_MS },
    egress: env.EGRESS_ALLOW,
    databaseEgress: env.DATABASE_EGRESS_ALLOW,
    providerUrls: env.PROVIDER_URLS,
    providerRates: env.PROVIDER_RATES,
    workflowCacheDir: env.WORKFLOW_CACHE_DIR,
    runbookUrl: env.RUNBOOK_URL,
    logLevel: env.LOG_LEVEL,
  }));
export type Config = z.infer<typeof Config>;

export const loadConfig = (environment: Environment): Config => loadSettings(Config, environment);
