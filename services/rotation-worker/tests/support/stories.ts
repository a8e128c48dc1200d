import { TurnTooFar } from '@keyturn/providers';
import { parseEgressAllow } from '@keyturn/providers/http';
import { providerAdapters, rotationProviders } from '@keyturn/providers/adapters';
import { type CloudflareToken, startCloudflare, startStripe, type StripeKey } from '@keyturn/provider-simulators';
import { ApplicationFailure } from '@temporalio/common';
import type { MemoryVaultSettings } from '../../src/adapters/memory/memory-vault.ts';
import { type Standing, type Trial, until } from './trial-worker.ts';

/** One way in which a rotation can go: what its vault does beside the usual, whose provider it is at, and what happens. */
export type Story = {
  readonly settings?: Partial<MemoryVaultSettings>;
  readonly standing?: Standing;
  /** Of a run that was continued as new: how long its step has waited already. */
  readonly waitedMs?: number;
  readonly tell: (trial: Trial) => Promise<void>;
  readonly close?: () => Promise<void>;
};

const shows = ({ handle }: Trial, word: string): Promise<void> =>
  until(async () => (await handle().describe()).typedSearchAttributes.getAll().some(({ value }) => value === word));

const isLate = async ({ vault }: Trial, told: 'epoch.hold' | 'epoch.escalate'): Promise<void> => {
  vault.passDeadline();
  await until(() => vault.reports.includes(told) && vault.reports.at(-1) === 'epoch.record-evidence');
};

/** The consumers prove what is current once the worker has looked at who uses the other version. */
const isProved = async ({ vault }: Trial): Promise<void> => {
  const seen = vault.evidence.length;
  await until(() => vault.evidence.length > seen);
  vault.acknowledge();
};

const force = async ({ vault, runs, request }: Trial): Promise<void> => {
  vault.force();
  await runs.wake(request);
};

const ofPostgres: Record<string, Story> = {
  completed: { tell: isProved },
  'failed-at-test': { tell: async ({ logins }) => logins.refuseTests() },
  held: {
    tell: async (trial) => {
      await isLate(trial, 'epoch.hold');
      trial.vault.acknowledge();
    },
  },
  approved: {
    settings: { approval: true },
    tell: async (trial) => {
      await shows(trial, 'waiting-for-approval');
      trial.vault.approve();
      await trial.runs.wake(trial.request);
      await isProved(trial);
    },
  },
  forced: {
    tell: async (trial) => {
      trial.logins.setSessions('orders', 2);
      await isLate(trial, 'epoch.hold');
      await force(trial);
    },
  },
  escalated: {
    settings: { escalates: true },
    tell: async (trial) => {
      await isLate(trial, 'epoch.escalate');
      trial.vault.acknowledge();
    },
  },
  // No grace, and a deadline that is soon over; then somebody is told, and forces it.
  compromised: {
    settings: { escalates: true, graceMs: 0 },
    tell: async (trial) => {
      trial.logins.setSessions('orders', 1);
      await isLate(trial, 'epoch.escalate');
      await force(trial);
    },
  },
  'preflight-refused': {
    settings: { preflight: true },
    tell: async (trial) => {
      await shows(trial, 'waiting-for-preflight');
      trial.vault.answerPreflight('nacked');
    },
  },
  cancelled: {
    settings: { preflight: true },
    tell: async (trial) => {
      await shows(trial, 'waiting-for-preflight');
      trial.vault.failEpoch();
      await trial.runs.wake(trial.request);
    },
  },
  'rolled-back': {
    tell: async (trial) => {
      await until(() => trial.vault.evidence.length > 0);
      trial.vault.rollBack();
      await trial.runs.wake(trial.request);
      await isProved(trial);
    },
  },
  // The provider takes no calls for longer than an activity waits.
  throttled: {
    tell: async (trial) => {
      const { logins } = trial;
      const { test } = logins;
      logins.test = () => {
        logins.test = test;
        return Promise.reject(new TurnTooFar('postgres', 11_000, true));
      };
      await shows(trial, 'rate-limited');
      await isProved(trial);
    },
  },
  // The provider takes no calls for a day.
  'waited-a-day': {
    waitedMs: 86_400_000,
    tell: async ({ logins }) => {
      logins.planCandidate = () => Promise.reject(new TurnTooFar('Postgres', 3_600_000, true));
    },
  },
  // Keyturn's own queue is too long for all tries of an activity, which are over in the end.
  'stood-in-line-again': {
    tell: async (trial) => {
      const { logins, runs, request } = trial;
      const { planCandidate } = logins;
      logins.planCandidate = () => Promise.reject(ApplicationFailure.nonRetryable('It waits for its turn.', 'rate-limited'));
      await shows(trial, 'rate-limited');
      logins.planCandidate = planCandidate;
      await runs.wake(request);
      await isProved(trial);
    },
  },
  'provider-down-after-commit': {
    tell: async (trial) => {
      const { vault, logins } = trial;
      await until(() => vault.evidence.length > 0);
      logins.setDown(true);
      await shows(trial, 'provider-unreachable');
      logins.setDown(false);
      vault.acknowledge();
    },
  },
};

const loopback = () => {
  const rules = parseEgressAllow('127.0.0.1');
  if (!rules.ok) throw new Error(rules.refusal);
  return { http: { rules: rules.value } };
};

const issued = async (): Promise<Story> => {
  const [issuer, old] = ['issuer-token-0123456789abcdefghijklmnopqr', 'old-token-9876543210zyxwvutsrqponmlkjihg'];
  const policies = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];
  const cloudflare = await startCloudflare(
    new Map<string, CloudflareToken>([
      [issuer, { status: 'active', zones: [], mayManageTokens: true }],
      [old, { status: 'active', zones: ['a.example'], policies }],
    ]),
  );
  const at = { apiBaseUrl: cloudflare.url };
  const its = { credentialType: 'cloudflare_api_token', strategy: 'issued' } as const;
  return {
    settings: { its, issuer: { ...at, token: issuer }, old: { ...at, token: old }, watchForMs: 3_000, evidenceEveryMs: 200 },
    standing: { providers: rotationProviders(loopback()) },
    tell: isProved,
    close: cloudflare.close,
  };
};

const assisted = async (): Promise<Story> => {
  const [old, next] = ['sk_test_oldoldoldold', 'sk_test_newnewnewnew'];
  const keys = new Map<string, StripeKey>([
    [old, {}],
    [next, {}],
  ]);
  const stripe = await startStripe(keys);
  const its = { credentialType: 'stripe_secret_key', strategy: 'assisted' } as const;
  return {
    settings: { its, issuer: {}, old: { secretKey: old } },
    standing: { adapters: providerAdapters({ ...loopback(), urls: { stripe: `${stripe.url}/v1` } }) },
    tell: async (trial) => {
      const { vault, runs, request } = trial;
      await shows(trial, 'waiting-for-a-person');
      vault.giveValue({ secretKey: next });
      await runs.wake(request);
      await shows(trial, 'waiting-for-acknowledgements');
      vault.acknowledge();
      await shows(trial, 'await-deletion');
      keys.delete(old);
      vault.reportDeletion();
      await runs.wake(request);
    },
    close: stripe.close,
  };
};

/** The provider can't be asked about what a person brought; then it can. */
const assistedWaits = async (): Promise<Story> => {
  const story = await assisted();
  const { tell, standing = {} } = story;
  const real = standing.adapters?.stripe_secret_key;
  if (!real) throw new Error('the story is told at Stripe');
  let isAway = true;
  const away = { verdict: 'unreachable', sentence: "Stripe can't be asked: nothing listens there.", elapsedMs: 1 } as const;
  const stripe = { ...real, test: (...asked: Parameters<typeof real.test>) => (isAway ? Promise.resolve(away) : real.test(...asked)) };
  return {
    ...story,
    settings: { ...story.settings, patienceMs: 60_000 },
    standing: { ...standing, adapters: { ...standing.adapters, stripe_secret_key: stripe } },
    tell: async (trial) => {
      const told = tell(trial);
      await shows(trial, 'provider-unreachable');
      isAway = false;
      await told;
    },
  };
};

/** Every story there is, by name; simulated providers are started when one begins. */
export const STORIES: Readonly<Record<string, () => Promise<Story>>> = {
  ...Object.fromEntries(Object.entries(ofPostgres).map(([name, story]) => [name, () => Promise.resolve(story)])),
  issued,
  assisted,
  'assisted-waits': assistedWaits,
};
