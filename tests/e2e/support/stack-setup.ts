import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, type Stack, startStack, sweepDeadRuns } from '@keyturn/dev-stack';
import { type Simulator, startOpenAi, startStripe, type StripeKey } from '@keyturn/provider-simulators';
import type { TestProject } from 'vitest/node';
import { OPENAI_KEYS } from './openai-keys.ts';
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
  openAi = await startOpenAi(new Map(OPENAI_KEYS.map((key) => [key, { models: ['gpt-5'] }])));
  // Simulators, these and those that a test starts itself, are on loopback.
  const simulated = { EGRESS_ALLOW: '127.0.0.1', ISSUE_TAKES_MS: '2000', PROVIDER_URLS: `stripe=${stripe.url}/v1,openai=${openAi.url}/v1` };
  stack = await startStack({
    varDir,
    settings: {
      vault: traced,
      audit: traced,
      'rotation-worker': { ...traced, ...simulated, WORKFLOW_CACHE_DIR: join(varRoot, 'cache') },
      'api-gateway': traced,
      orders: traced,
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
