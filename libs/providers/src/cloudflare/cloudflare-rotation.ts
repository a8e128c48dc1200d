import { saysNothing } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { ProviderHttp } from '../http/index.ts';
import { announcedAt } from '../issued/handle.ts';
import type { IssuerCaller, IssuerCalls } from '../issued/issuer-calls.ts';
import { sampleOfLastUse } from '../issued/last-used.ts';
import { eraseIssued, issueAnnounced, type Premises } from '../issued/premises.ts';
import type { Liveness, UseSample } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { Announcement, IssuedValue, IssuedValues, OpenedFields } from '../rotation/rotation-provider.ts';
import { cloudflareAdapter } from './cloudflare-adapter.ts';
import { cloudflareApi } from './cloudflare-api.ts';
import { CLOUDFLARE, type CloudflareFields, parseCloudflareFields } from './fields.ts';
import { inspectIssuer, noToken } from './inspect-issuer.ts';
import { createToken, disableToken, Gone, listTokens, One } from './issue-token.ts';
import { type TokenStatus, verifyToken } from './verify-token.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;
type Input<Name extends 'announce' | 'issue' | 'sampleUse' | 'erase' | 'inspectIssuer'> = Parameters<IssuedValues[Name]>[0];

export type CloudflareRotationOptions = {
  readonly http: ProviderHttp;
  readonly baseUrl?: string | undefined;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
};

/** Where a token lives: `user/tokens/<id>` → `user/tokens`. */
const homeOf = (providerId: string): string => providerId.slice(0, providerId.lastIndexOf('/'));

const premisesOf = (api: IssuerCalls, caller: IssuerCaller): Premises => ({
  homeOf,
  list: async (home) => {
    const listed = await listTokens(api, caller, home);
    return listed.ok ? ok(listed.value.map(({ id, name = '' }) => ({ name, providerId: `${home}/${id}` }))) : listed;
  },
  remove: async (path) => {
    const done = await api(caller, { method: 'DELETE', path: `/${path}`, doing: 'delete a token' }, Gone);
    return done.ok ? ok(undefined) : done;
  },
});

const STATES: Readonly<Record<Exclude<TokenStatus, 'active'>, string>> = {
  disabled: 'as disabled',
  expired: 'as expired',
  unknown: 'in a state that Keyturn doesn’t know',
};

const livenessOf = async (http: ProviderHttp, fields: CloudflareFields): Promise<Liveness> => {
  for (let count = 0; count < 2; count += 1) {
    const verified = await verifyToken(http, fields);
    if (verified.ok && verified.value.status !== 'active')
      return { state: 'unknown', sentence: `Cloudflare still knows the token, ${STATES[verified.value.status]}.` };
    if (verified.ok) return { state: 'alive', sentence: 'Cloudflare still takes the token.' };
    if (verified.refusal.verdict !== 'invalid') return { state: 'unknown', sentence: verified.refusal.sentence };
  }
  return { state: 'dead', sentence: 'Cloudflare refused the token twice.' };
};

/** What a value is known by there, or why that can't be said. */
const identify = async (http: ProviderHttp, fields: CloudflareFields): Outcome<string> => {
  const verified = await verifyToken(http, fields);
  if (verified.ok && verified.value.providerId !== null) return ok(verified.value.providerId);
  if (verified.ok) return refuse({ code: 'provider-unreachable', sentence: 'Cloudflare verifies the token, and doesn’t say its id.' });
  const { verdict, sentence } = verified.refusal;
  if (saysNothing(verdict)) return refuse({ code: 'provider-unreachable', sentence });
  return refuse({
    code: 'provider-refused',
    sentence: `What the token of today may do can't be read: ${sentence} Give the credential a working value first.`,
  });
};

type Cloudflare = { readonly api: IssuerCalls; readonly http: ProviderHttp; readonly baseUrl: string; readonly now: () => Date };

const asIssuer = async <T>({ baseUrl }: Cloudflare, issuer: OpenedFields, work: (caller: IssuerCaller) => Outcome<T>): Outcome<T> => {
  const fields = parseCloudflareFields(issuer, baseUrl);
  return fields.ok ? work({ token: fields.value.token, baseUrl: fields.value.apiBaseUrl }) : fields;
};

const announce = async ({ http, baseUrl }: Cloudflare, { issuer, current, fence }: Input<'announce'>): Outcome<Announcement> => {
  const [by, of] = [parseCloudflareFields(issuer, baseUrl), parseCloudflareFields(current, baseUrl)];
  if (!by.ok) return by;
  if (!of.ok) return of;
  if (by.value.apiBaseUrl !== of.value.apiBaseUrl)
    return refuse({
      code: 'fields-invalid',
      field: 'apiBaseUrl',
      sentence: 'The issuer is of another Cloudflare: the API base URLs of the credential and of its issuer must be the same.',
    });
  const id = await identify(http, of.value);
  return id.ok ? ok({ current: id.value, candidate: announcedAt(homeOf(id.value), fence) }) : id;
};

const inspect = async (cloudflare: Cloudflare, input: Input<'inspectIssuer'>): ReturnType<IssuedValues['inspectIssuer']> => {
  const announced = await announce(cloudflare, input);
  if (!announced.ok) return announced;
  const issuer = parseCloudflareFields(input.issuer, cloudflare.baseUrl);
  return issuer.ok ? inspectIssuer(cloudflare, issuer.value, announced.value.current) : issuer;
};

const issue = (cloudflare: Cloudflare, { issuer, ...asked }: Input<'issue'>): Outcome<IssuedValue | null> =>
  asIssuer(cloudflare, issuer, (caller): Outcome<IssuedValue | null> => {
    const { api, now } = cloudflare;
    const { current } = asked.announced;
    return issueAnnounced(premisesOf(api, caller), asked, async ({ home, name }): Outcome<IssuedValue> => {
      const model = await api(caller, { path: `/${current}`, doing: 'read a token' }, One);
      if (!model.ok) return model;
      if (!model.value.body) return refuse(noToken(current));
      return createToken(api, caller, { home, name, model: model.value.body.result, now: now() });
    });
  });

const sampleUse = (cloudflare: Cloudflare, { issuer, providerId, since }: Input<'sampleUse'>): Outcome<UseSample> =>
  asIssuer(cloudflare, issuer, async (caller): Outcome<UseSample> => {
    const found = await cloudflare.api(caller, { path: `/${providerId}`, doing: 'read a token' }, One);
    if (!found.ok) return found;
    const { body, at } = found.value;
    return ok(sampleOfLastUse(body?.result.last_used_on, at ?? cloudflare.now().toISOString(), since));
  });

const erase = (cloudflare: Cloudflare, { issuer, ...ending }: Input<'erase'>): Outcome<void> =>
  asIssuer(cloudflare, issuer, (caller) => eraseIssued(premisesOf(cloudflare.api, caller), ending));

/**
 * Rotates Cloudflare API tokens by creating the next one with the same policies and deleting the old one; never by a roll, which ends the old
 * value at once. What we create carries our handle as its name, so that it is found where the answer was lost (ADR-0022).
 */
export const cloudflareRotation = ({ http, baseUrl = CLOUDFLARE, now, wait }: CloudflareRotationOptions): IssuedValues => {
  const cloudflare = { api: cloudflareApi({ http, wait }), http, baseUrl, now };
  const adapter = cloudflareAdapter(http, baseUrl);
  return {
    strategy: 'issued',
    inspectIssuer: (input) => inspect(cloudflare, input),
    announce: (input) => announce(cloudflare, input),
    issue: (input) => issue(cloudflare, input),
    sampleUse: (input) => sampleUse(cloudflare, input),
    erase: (input) => erase(cloudflare, input),
    denyUse: ({ issuer, providerId }) => asIssuer(cloudflare, issuer, (caller) => disableToken(cloudflare.api, caller, providerId)),
    test: ({ fields }) => adapter.test(fields),
    isDead: async (opened) => {
      const fields = parseCloudflareFields(opened, baseUrl);
      return fields.ok ? livenessOf(http, fields.value) : { state: 'unknown', sentence: fields.refusal.sentence };
    },
    identify: async ({ fields: opened }) => {
      const fields = parseCloudflareFields(opened, baseUrl);
      return fields.ok ? identify(http, fields.value) : fields;
    },
  };
};
