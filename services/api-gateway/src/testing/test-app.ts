import { type Clock, Sensitive, ok, refuse } from '@keyturn/kernel';
import { type Logger, noTracer, silentLogger } from '@keyturn/telemetry';
import { type AppDeps, createApp } from '../app.ts';
import { eventFeed } from '../clients/event-feed.ts';
import { limitsOf } from '../limits/limits-of.ts';
import { apiTokens } from '../identity/api-tokens.ts';
import type { Caller } from '../identity/identity.ts';
import { sealedCookie } from '../identity/sealed-cookie.ts';
import { sessionCookies } from '../identity/session-cookie.ts';
import { Session } from '../identity/session.ts';
import { PendingLogin } from '../identity/sign-in.ts';
import { keepingContract } from './keeping-contract.ts';
import { memoryAudit, memoryVault } from './memory-services.ts';

export const PUBLIC_URL = 'http://gateway.test';
export const NOW = Date.parse('2026-01-02T03:04:05Z');
const SECRET = new Sensitive('a-session-key-for-tests-only-0123456789');

/** The bearer token `test-<role>` is somebody with that role, `test-consumer` a program of `orders`; any other is refused. */
const verifyBearer: AppDeps['verifyBearer'] = async (token) => {
  const role = /^test-(\w+)$/.exec(token)?.[1];
  if (role === undefined) return refuse('token-invalid');
  const caller: Caller = {
    id: role,
    name: role,
    kind: 'person',
    issuer: 'http://idp.test',
    roles: [role],
    tier: null,
    via: 'bearer',
    expiresAt: NOW + 3_600_000,
  };
  return ok(role === 'consumer' ? { ...caller, kind: 'program', roles: [], consumer: 'orders' } : caller);
};

export const testClock = (): Clock & { set(ms: number): void } => {
  let now = NOW;
  return {
    now: () => new Date(now),
    set: (ms) => {
      now = ms;
    },
  };
};

/** The whole app on memory adapters; an answer that is not as the API's document has it fails the test. */
export const testApp = (overrides: Partial<AppDeps> & { readonly log?: Logger } = {}) => {
  const clock = overrides.clock ?? testClock();
  let ids = 0;
  const sealed = sealedCookie({ secret: SECRET, purpose: 'session', schema: Session, clock });
  const sessions = sessionCookies({ sealed, clock, https: false });
  const app = createApp({
    vault: memoryVault(),
    audit: memoryAudit(),
    feed: eventFeed(),
    readiness: { down: async () => [] },
    verifyBearer,
    apiTokens: apiTokens(SECRET),
    signIn: {
      begin: async (returnTo) => ({
        redirectTo: 'http://idp.test/authorize',
        pending: { state: 'state', nonce: 'nonce', verifier: 'verifier', returnTo },
      }),
      complete: async () => ok({ identity: { id: 'ada', name: 'Ada', kind: 'person', roles: ['admin'], tier: null } }),
      endUrl: async () => null,
    },
    sessions,
    ...limitsOf({ requestsPerMinute: 6_000, clock }),
    standing: { confirm: async (session) => session },
    revocations: { isRevoked: async () => false, forget: () => undefined },
    pendingLogins: sealedCookie({ secret: SECRET, purpose: 'login', schema: PendingLogin, clock }),
    site: new Map(),
    subscriberJwts: {
      natsUrl: 'nats://nats.test',
      lifetimeSeconds: 300,
      sign: async ({ consumer, instance, patterns }) => ({
        jwt: JSON.stringify(patterns),
        inboxPrefix: `_INBOX_${consumer}_${instance}`,
      }),
    },
    docs: new Map(),
    publicUrl: PUBLIC_URL,
    corsOrigins: [],
    streamsPerCaller: 20,
    testWaitMs: 100,
    temporalUiUrl: null,
    clock,
    newId: () => `0190c8a0-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`,
    log: silentLogger,
    tracer: noTracer,
    ...overrides,
  });
  const sessionFor = async (roles: string[], startedAt = NOW): Promise<string> => {
    const identity = { id: 'ada', name: 'Ada', kind: 'person' as const, issuer: 'http://idp.test', roles, tier: null };
    return `${sessions.name}=${await sealed.seal({ identity, startedAt, seenAt: startedAt }, startedAt + 8 * 3_600_000)}`;
  };
  return { app: Object.assign(app, { request: keepingContract(app.request) }), sessionFor };
};

export const bearer = (role: string): Record<string, string> => ({ authorization: `Bearer test-${role}` });
export const json = (body: unknown): { body: string; headers: Record<string, string> } => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
