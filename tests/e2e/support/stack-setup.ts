import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, type Stack, startStack, sweepDeadRuns } from '@keyturn/dev-stack';
import { type OpenAiKey, type Simulator, startOpenAi, startStripe, type StripeKey } from '@keyturn/provider-simulators';
import type { TestProject } from 'vitest/node';
import { backupFolderOf, NOBODYS_RECIPIENT } from './backup-place.ts';
import { OPENAI_ADMIN_KEY, OPENAI_KEYS, OPENAI_PROJECT, OPENAI_PROJECT_KEY } from './openai-keys.ts';
import { serveStackControl, type StackControl } from './stack-control.ts';
import { STRIPE_KEYS, STRIPE_PAGE_KEYS } from './stripe-keys.ts';
import './provided-stack.ts';

const varRoot = join(projectRoot, 'var');
const varDir = join(varRoot, `e2e-${process.pid}`);
const traceFile = join(varDir, 'spans.jsonl');
let stack: Stack | undefined;
let control: StackControl | undefined;
let stripe: Simulator | undefined;
let openAi: Simulator | undefined;

/** The one key that the simulated Stripe takes. */
const stripeKey = `sk_test_${randomBytes(16).toString('hex')}`;

/** Starts the whole system once, as `pnpm start` does, for all e2e tests of a run. */
export const setup = async (project: TestProject): Promise<void> => {
  mkdirSync(varRoot, { recursive: true });
  await sweepDeadRuns(varRoot, 'e2e');
  const traced = { KEYTURN_TRACE_FILE: traceFile };
  const stripeKeys = new Map<string, StripeKey>([stripeKey, ...STRIPE_KEYS, ...STRIPE_PAGE_KEYS].map((key) => [key, {}]));
  stripe = await startStripe(stripeKeys);
  const models = ['gpt-5'];
  const openAiKeys = new Map<string, OpenAiKey>([
    ...OPENAI_KEYS.map((key) => [key, { models }] as const),
    [OPENAI_ADMIN_KEY, { models: [], isAdmin: true }],
    [OPENAI_PROJECT_KEY, { models, projectId: OPENAI_PROJECT }],
    // A project that only ever has the keys of credentials would be gone without them.
    ['sk-proj-somebody-else-DDDD4444', { models, projectId: OPENAI_PROJECT }],
  ]);
  openAi = await startOpenAi(openAiKeys);
  // Simulators, these and those that a test starts itself, are on loopback.
  const simulated = {
    EGRESS_ALLOW: '127.0.0.1',
    ISSUE_TAKES_MS: '2000',
    PROVIDER_RATES: 'cloudflare=40/1000,stripe=100/1000',
    PROVIDER_URLS: `stripe=${stripe.url}/v1,openai=${openAi.url}/v1`,
  };
  mkdirSync(varDir, { recursive: true });
  const recipientsFile = join(varDir, 'backup-recipients.txt');
  writeFileSync(recipientsFile, `${NOBODYS_RECIPIENT}\n`);
  const backups = { BACKUP_FOLDER: backupFolderOf(varDir), BACKUP_RECIPIENTS_FILE: recipientsFile };
  stack = await startStack({
    varDir,
    settings: {
      vault: { ...traced, ...backups, SCHEDULE_POLL_MS: '500' },
      audit: traced,
      'rotation-worker': { ...traced, ...simulated, WORKFLOW_CACHE_DIR: join(varRoot, 'cache') },
      'api-gateway': traced,
      // Logged in and at work all the time, and no more than that: what loads it is in the fault tests.
      orders: { ...traced, WORKERS: '1' },
    },
    onProgress: (progress) => {
      if (progress.kind === 'downloading') console.log(progress.sentence);
    },
  });
  control = await serveStackControl(stack, {
    '/stripe/expire': async () => void stripeKeys.set(STRIPE_KEYS[0], { isExpired: true }),
    '/stripe/expire-on-page': async () => void stripeKeys.set(STRIPE_PAGE_KEYS[0], { isExpired: true }),
  });
  const { endpoints, credentialId, servers } = stack;
  project.provide('stack', {
    varDir,
    endpoints,
    credentialId,
    oidcDir: servers.oidc.oidcDir,
    controlUrl: control.url,
    traceFile,
    stripeKey,
    stripeUrl: `${stripe.url}/v1`,
    openAiUrl: `${openAi.url}/v1`,
  });
};

export const teardown = async (): Promise<void> => {
  await control?.stop();
  await stack?.stop();
  await stripe?.close();
  await openAi?.close();
  rmSync(varDir, { recursive: true, force: true });
};
