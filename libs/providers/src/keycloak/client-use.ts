import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { sampleOfLastUse } from '../issued/last-used.ts';
import type { UseSample } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { readClient, type Realm } from './clients.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

/**
 * All that Keycloak tells of calls in which a client shows its secret. A person's login and logout are among them: with some grants nothing
 * else is told; so are questions after a token that has expired, which Keycloak calls an error. By default a realm keeps only some of these.
 */
export const USES = [
  'LOGIN',
  'LOGOUT',
  'CLIENT_LOGIN',
  'CODE_TO_TOKEN',
  'REFRESH_TOKEN',
  'TOKEN_EXCHANGE',
  'INTROSPECT_TOKEN',
  'INTROSPECT_TOKEN_ERROR',
  'REVOKE_GRANT',
  'PUSHED_AUTHORIZATION_REQUEST',
  'OAUTH2_DEVICE_AUTH',
  'OAUTH2_DEVICE_CODE_TO_TOKEN',
  'AUTHREQID_TO_TOKEN',
  'PERMISSION_TOKEN',
  'REGISTER_NODE',
  'UNREGISTER_NODE',
] as const;

/** Longer than two samples of one row can lie apart, which are taken every hour at the most rarely. */
const KEPT_AT_LEAST_S = 4 * 3600;
/** So much sooner than it says a realm is taken to forget: its clock, ours and its answer lie apart. */
const MARGIN_S = 600;

const Config = z.object({
  eventsEnabled: z.boolean().default(false),
  enabledEventTypes: z.array(z.string()).default([]),
  /** In seconds; 0: for ever. */
  eventsExpiration: z.number().nullish(),
});

const Events = z.array(z.object({ time: z.number() }));

const unseen = (sentence: string): ProviderRefusal => ({ code: 'provider-refused', sentence });

/** How long the realm keeps its events: null for ever. Keycloak tells of uses by them alone, so one that doesn't keep them all is refused. */
const readRemembrance = async ({ api, caller }: Realm): Outcome<number | null> => {
  const config = await api(caller, { path: '/events/config', doing: 'read which events it keeps' }, Config);
  if (!config.ok) return config;
  const { eventsEnabled = false, enabledEventTypes = [], eventsExpiration } = config.value.body ?? {};
  const lacking = USES.filter((type) => !eventsEnabled || !enabledEventTypes.includes(type));
  if (lacking.length > 0)
    return refuse(
      unseen(
        'The realm doesn’t keep all events by which Keyturn sees whether the old secret is still used: ' +
          `in Realm settings, Events, save user events, and these types among them: ${lacking.join(', ')}.`,
      ),
    );
  if (!eventsExpiration) return ok(null);
  if (eventsExpiration >= KEPT_AT_LEAST_S) return ok(eventsExpiration);
  return refuse(
    unseen(
      'The realm forgets its events too soon to say whether the old secret is still used: let user events expire after four hours or more.',
    ),
  );
};

/** Why the realm would never prove a secret unused; null where it may. */
export const refuseUnlessSeen = async (realm: Realm): Promise<ProviderRefusal | null> => {
  const remembers = await readRemembrance(realm);
  return remembers.ok ? null : remembers.refusal;
};

/** Are all uses since `last` still remembered at `sampledAt`? */
const isGapless = (keptS: number | null, last: string | undefined, sampledAt: string): boolean =>
  keptS === null || (last !== undefined && Date.parse(sampledAt) - Date.parse(last) < (keptS - MARGIN_S) * 1000);

export type SampledClient = {
  readonly providerId: string;
  readonly since: string | undefined;
  readonly last: string | undefined;
  readonly now: Date;
};

/**
 * When the client last showed its secret, by the realm's events. Which of them are kept may have been changed since the rotation began, so it is
 * looked at each time: what isn't seen is no proof. Where events expire, a use since the sample before may be forgotten if that was too long ago.
 */
export const sampleClientUse = async (realm: Realm, { providerId, since, last, now }: SampledClient): Outcome<UseSample> => {
  const { api, caller } = realm;
  const client = await readClient(realm, providerId);
  if (!client.ok) return client;
  if (client.value === null) return ok(sampleOfLastUse(null, now.toISOString(), since));
  const remembers = await readRemembrance(realm);
  if (!remembers.ok) return remembers;
  const types = USES.map((type) => `type=${type}`).join('&');
  const path = `/events?client=${encodeURIComponent(client.value.clientId)}&${types}&max=1`;
  const events = await api(caller, { path, doing: 'read the events of a client' }, Events);
  if (!events.ok) return events;
  if (!events.value.body) return refuse({ code: 'provider-refused', sentence: 'Keycloak has no such realm: check the issuer URL.' });
  const [use] = events.value.body;
  const sample = sampleOfLastUse(use ? new Date(use.time).toISOString() : null, events.value.at ?? now.toISOString(), since);
  if (isGapless(remembers.value, last, sample.sampledAt)) return ok(sample);
  const { isGapless: _forgets, ...seen } = sample;
  return ok(seen);
};
