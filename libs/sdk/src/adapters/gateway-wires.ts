import { connectBus, userKey } from '@keyturn/bus';
import { Problem, SubscriberCredentials, type SubscriberCredentialsBody } from '@keyturn/contracts/api';
import type { Sensitive } from '@keyturn/kernel';
import type { Tracer } from '@keyturn/telemetry';
import type { SdkClock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { TimedWire } from '../renewing-wire.ts';
import { isPassing, retryAfterMs, TryLater } from '../try-later.ts';
import { busWire } from './bus-wire.ts';
import { safeUrl } from './safe-url.ts';

export type GatewayWiresOptions = {
  readonly gatewayUrl: string;
  readonly token: Sensitive<string> | (() => Promise<Sensitive<string>>);
  readonly consumer: string;
  readonly instance: string;
  /** Another way to NATS than the one that the gateway names. */
  readonly natsUrl?: string | undefined;
  readonly pinnedIdentity?: string | undefined;
  readonly clock: SdkClock;
  readonly log: Log;
  readonly tracer: Tracer;
};

/** The gateway gave no identity. `code` is its problem's. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
  readonly code: string;

  constructor(code: string) {
    super(`the gateway gave no identity: ${code}`);
    this.code = code;
  }
}

const HTTP_TIMEOUT_MS = 10_000;
const NATS_TIMEOUT_MS = 10_000;

type Kept = { readonly credentials: SubscriberCredentials; readonly endsAt: number };

/**
 * Opens connections with identities that the gateway issues for minutes, all for one key pair whose seed never leaves this process. The
 * vault's identity is pinned by the first answer, unless the caller knows it: an answer that names another one is not used.
 */
export const gatewayWires = (options: GatewayWiresOptions) => {
  const { clock, log, tracer, consumer, instance } = options;
  const gateway = safeUrl(options.gatewayUrl);
  const key = userKey();
  let pinned = options.pinnedIdentity;
  let kept: Kept | null = null;

  const fresh = async (signal: AbortSignal): Promise<Kept> => {
    const askedAt = clock.elapsed();
    const body = { consumer, instance, publicKey: key.publicKey };
    const credentials = await askCredentials(new URL('/api/v1/subscribers/credentials', gateway), options, body, signal);
    pinned ??= credentials.identityPublicKey;
    if (credentials.identityPublicKey !== pinned) throw new IdentityRefused('vault-identity-changed');
    return { credentials, endsAt: askedAt + credentials.expiresInMs };
  };
  /** One that nobody could connect with yet is tried again, as each issue is an event in the log. */
  const current = async (signal: AbortSignal): Promise<Kept> => {
    const isYoung = kept && kept.endsAt - clock.elapsed() > kept.credentials.expiresInMs / 2;
    return kept && isYoung ? kept : (kept = await fresh(signal));
  };

  return {
    /** What is pinned; known once a connection was opened. */
    pinnedIdentity: () => pinned,
    open: async (closing: AbortSignal): Promise<TimedWire> => {
      const { credentials, endsAt } = await current(closing);
      const { jwt, inboxPrefix, natsUrl } = credentials;
      const bus = await connectBus({
        url: options.natsUrl ?? natsUrl,
        creds: key.credsFor(jwt),
        name: `${consumer}_${instance}`,
        inboxPrefix,
        log,
        tracer,
        signal: AbortSignal.any([closing, AbortSignal.timeout(NATS_TIMEOUT_MS)]),
      });
      kept = null; // in use: a renewal wants another one
      return { wire: busWire(bus), livesMs: endsAt - clock.elapsed() };
    },
  };
};

const askCredentials = async (
  url: URL,
  { token, clock }: Pick<GatewayWiresOptions, 'token' | 'clock'>,
  body: SubscriberCredentialsBody,
  closing: AbortSignal,
): Promise<SubscriberCredentials> => {
  const bearer = typeof token === 'function' ? await token() : token;
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer.reveal()}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.any([closing, AbortSignal.timeout(HTTP_TIMEOUT_MS)]),
  });
  if (isPassing(response.status)) throw new TryLater(`the gateway answered ${response.status}`, retryAfterMs(response, clock));
  const answer: unknown = await response.json();
  if (response.ok) return SubscriberCredentials.parse(answer);
  const problem = Problem.safeParse(answer);
  throw new IdentityRefused(problem.success ? problem.data.code : `status-${response.status}`);
};
