import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Fence } from '../fence.ts';
import type { ProviderHttp } from '../http/index.ts';
import type { Liveness, UseSample } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { Announcement, IssuedValue, IssuedValues, Kept, OpenedFields } from '../rotation/rotation-provider.ts';
import { type CloudflareApi, cloudflareApi, type CloudflareCaller } from './cloudflare-api.ts';
import { CLOUDFLARE, type CloudflareFields, parseCloudflareFields } from './fields.ts';
import { cloudflareAdapter } from './cloudflare-adapter.ts';
import { createToken, disableToken, Gone, listTokens, One } from './issue-token.ts';
import { verifyToken } from './verify-token.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;
type Input<Name extends 'announce' | 'issue' | 'sampleUse' | 'erase'> = Parameters<IssuedValues[Name]>[0];

export type CloudflareRotationOptions = {
  readonly http: ProviderHttp;
  readonly baseUrl?: string | undefined;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
};

const ours = ({ credentialId, incarnation }: Fence): string => `keyturn:${credentialId}:${incarnation}.`;
const handleOf = (fence: Fence): string => `${ours(fence)}${fence.epoch}:${fence.version}`;

/** Where a token lives: `user/tokens/<id>` → `user/tokens`; and of one that was only announced, `user/tokens?name=<handle>`, its name. */
const placeOf = (providerId: string): { readonly home: string; readonly name: string | null } => {
  const [path = '', query] = providerId.split('?name=');
  return query === undefined ? { home: path.slice(0, path.lastIndexOf('/')), name: null } : { home: path, name: query };
};

const remove = async (api: CloudflareApi, caller: CloudflareCaller, path: string): Outcome<void> => {
  const done = await api(caller, { method: 'DELETE', path: `/${path}`, doing: 'delete a token' }, Gone);
  return done.ok ? ok(undefined) : done;
};

type Found = { readonly name: string; readonly providerId: string };

/** Deletes those of the tokens at `home` that `strays` picks. It is asked after the list was made: what is created later is in no list. */
const sweep = async (
  api: CloudflareApi,
  caller: CloudflareCaller,
  home: string,
  strays: (found: readonly Found[]) => Promise<readonly Found[] | null>,
): Outcome<'swept' | 'over'> => {
  const listed = await listTokens(api, caller, home);
  if (!listed.ok) return listed;
  const found = listed.value.map(({ id, name = '' }) => ({ name, providerId: `${home}/${id}` }));
  const gone = await strays(found);
  if (gone === null) return ok('over');
  for (const { providerId } of gone) {
    const removed = await remove(api, caller, providerId);
    if (!removed.ok) return removed;
  }
  return ok('swept');
};

/** What carries our mark and belongs to nothing that the vault knows; null where the vault needs the step no more. */
const straysBut =
  (kept: Kept, fence: Fence) =>
  async (found: readonly Found[]): Promise<readonly Found[] | null> => {
    const marked = found.filter(({ name }) => name.startsWith(ours(fence)));
    const known = await kept();
    return known === null ? null : marked.filter(({ providerId }) => !known.includes(providerId));
  };

const livenessOf = async (http: ProviderHttp, fields: CloudflareFields): Promise<Liveness> => {
  for (let count = 0; count < 2; count += 1) {
    const verified = await verifyToken(http, fields);
    if (verified.ok && verified.value.status !== 'active')
      return { state: 'unknown', sentence: `Cloudflare still knows the token, as ${verified.value.status}.` };
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
  if (verdict === 'unreachable' || verdict === 'rate-limited') return refuse({ code: 'provider-unreachable', sentence });
  return refuse({
    code: 'provider-refused',
    sentence: `What the token of today may do can't be read: ${sentence} Give the credential a working value first.`,
  });
};

/** Use since the row of samples began, to the second: Cloudflare may tell of a use late, and it still counts. The first sample only begins the row. */
const sampleOf = (lastUsedOn: string | null | undefined, sampledAt: string, since: string | undefined): UseSample => {
  const isUsed = lastUsedOn !== null && lastUsedOn !== undefined && since !== undefined && Date.parse(lastUsedOn) >= Date.parse(since);
  const seen = { sampledAt, sessions: isUsed ? 1 : 0, applications: [], addresses: [] };
  return lastUsedOn ? { ...seen, lastUsedAt: lastUsedOn } : seen;
};

type Cloudflare = { readonly api: CloudflareApi; readonly http: ProviderHttp; readonly baseUrl: string; readonly now: () => Date };

const asIssuer = async <T>({ baseUrl }: Cloudflare, issuer: OpenedFields, work: (caller: CloudflareCaller) => Outcome<T>): Outcome<T> => {
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
  return id.ok ? ok({ current: id.value, candidate: `${placeOf(id.value).home}?name=${handleOf(fence)}` }) : id;
};

const issue = (cloudflare: Cloudflare, { issuer, announced, fence, kept }: Input<'issue'>): Outcome<IssuedValue | null> =>
  asIssuer(cloudflare, issuer, async (caller): Outcome<IssuedValue | null> => {
    const { api, now } = cloudflare;
    const { home, name } = placeOf(announced.candidate);
    if (name === null) throw new Error('what was announced names no handle');
    const swept = await sweep(api, caller, home, straysBut(kept, fence));
    if (!swept.ok) return swept;
    if (swept.value === 'over') return ok(null);
    const model = await api(caller, { path: `/${announced.current}`, doing: 'read a token' }, One);
    if (!model.ok) return model;
    if (!model.value.body)
      return refuse({
        code: 'provider-refused',
        sentence: `Cloudflare has no ${announced.current}: is it another user's, or an account's?`,
      });
    return createToken(api, caller, { home, name, model: model.value.body.result, now: now() });
  });

const sampleUse = (cloudflare: Cloudflare, { issuer, providerId, since }: Input<'sampleUse'>): Outcome<UseSample> =>
  asIssuer(cloudflare, issuer, async (caller): Outcome<UseSample> => {
    const found = await cloudflare.api(caller, { path: `/${providerId}`, doing: 'read a token' }, One);
    if (!found.ok) return found;
    const { body, at } = found.value;
    return ok(sampleOf(body?.result.last_used_on, at ?? cloudflare.now().toISOString(), since));
  });

const erase = (cloudflare: Cloudflare, { issuer, providerId, fence, kept }: Input<'erase'>): Outcome<void> =>
  asIssuer(cloudflare, issuer, async (caller) => {
    const { api } = cloudflare;
    const { home, name } = placeOf(providerId);
    const removed = name === null ? await remove(api, caller, providerId) : ok(undefined);
    if (!removed.ok || (name === null && !kept)) return removed;
    const named = async (found: readonly Found[]) => found.filter((one) => one.name === name);
    const swept = await sweep(api, caller, home, name === null && kept ? straysBut(kept, fence) : named);
    return swept.ok ? ok(undefined) : swept;
  });

/**
 * Rotates Cloudflare API tokens by creating the next one with the same policies and deleting the old one; never by a roll, which ends the old
 * value at once. What we create carries our handle as its name, so that it is found where the answer was lost (ADR-0022).
 */
export const cloudflareRotation = ({ http, baseUrl = CLOUDFLARE, now, wait }: CloudflareRotationOptions): IssuedValues => {
  const cloudflare = { api: cloudflareApi({ http, wait }), http, baseUrl, now };
  const adapter = cloudflareAdapter(http, baseUrl);
  return {
    strategy: 'issued',
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
    identify: async (opened) => {
      const fields = parseCloudflareFields(opened, baseUrl);
      return fields.ok ? identify(http, fields.value) : fields;
    },
  };
};
