import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import { type ListedPage, readAllPages } from '../issued/all-pages.ts';
import type { IssuerCaller, IssuerCalls } from '../issued/issuer-calls.ts';
import { listOf } from '../issued/list-of.ts';
import { CloudflareId } from '../issued/provider-id.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { IssuedValue } from '../rotation/rotation-provider.ts';
import { TokenStatus } from './verify-token.ts';

/** A time goes into events: what is none isn't repeated. */
const Instant = z.iso.datetime({ offset: true });

/** What may be copied of a policy: its own id and the names of its groups may not be sent. */
const Policy = z.object({
  effect: z.string(),
  permission_groups: z.array(z.object({ id: z.string() })),
  resources: z.record(z.string(), z.unknown()),
});

/** What a token may do, by the names of its permission groups. */
export const Granted = z.object({
  result: z.object({ policies: z.array(z.object({ permission_groups: z.array(z.object({ name: z.string().optional() })) })).default([]) }),
});

/** A token as Cloudflare describes it; its value isn't among it. */
export const Token = z.object({
  id: CloudflareId,
  name: z.string().optional(),
  status: TokenStatus.catch('unknown'),
  policies: z.array(Policy).default([]),
  condition: z.unknown().optional(),
  issued_on: Instant.nullish(),
  expires_on: Instant.nullish(),
  not_before: Instant.nullish(),
  last_used_on: Instant.nullish(),
});
export type Token = z.infer<typeof Token>;

export const One = z.object({ result: Token });
/** Whatever it says of its end, a token that was made is one: without its value and its id it could only be deleted. */
const Issued = z.object({ result: z.object({ id: CloudflareId, value: z.string(), expires_on: Instant.nullish().catch(null) }) });
const Listed = z.object({
  result: listOf(z.object({ id: CloudflareId, name: z.string().optional() })),
  result_info: z.object({ total_count: z.int().optional() }).optional(),
});
export const Gone = z.object({}).loose();

const PER_PAGE = 50;

const nowhere = (home: string): ProviderRefusal => ({
  code: 'provider-refused',
  sentence: `Cloudflare has no place for tokens at ${home}: check the account id.`,
});

type ListedToken = { readonly id: string; readonly name?: string | undefined };
type Place = { readonly page: number; readonly seen: number };
type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

/** All tokens that live at `home`, e.g. `user/tokens`. */
export const listTokens = (api: IssuerCalls, caller: IssuerCaller, home: string): Outcome<readonly ListedToken[]> =>
  readAllPages('Cloudflare', { page: 1, seen: 0 }, async ({ page, seen }): Outcome<ListedPage<ListedToken, Place>> => {
    const path = `/${home}?page=${page}&per_page=${PER_PAGE}`;
    const listed = await api(caller, { path, doing: 'list tokens' }, Listed);
    if (!listed.ok) return listed;
    if (!listed.value.body) return refuse(nowhere(home));
    const { result, result_info: info } = listed.value.body;
    const { items, count } = result;
    const next = { page: page + 1, seen: seen + count };
    const isLast = count < PER_PAGE || next.seen >= (info?.total_count ?? Infinity);
    return ok({ items, next: isLast ? null : next });
  });

/** A token whose time runs gets a successor of the same length of life. */
const endOf = ({ issued_on: from, expires_on: to }: Token, now: Date): { readonly expires_on?: string } => {
  if (!to) return {};
  const lifeMs = from ? Math.max(0, Date.parse(to) - Date.parse(from)) : 0;
  const end = lifeMs > 0 ? new Date(now.getTime() + lifeMs) : new Date(to);
  return { expires_on: `${end.toISOString().slice(0, 19)}Z` };
};

/** Creates a token that may do what `model` may. Cloudflare shows its value this once. */
export const createToken = async (
  api: IssuerCalls,
  caller: IssuerCaller,
  { home, name, model, now }: { readonly home: string; readonly name: string; readonly model: Token; readonly now: Date },
): Promise<Result<IssuedValue, ProviderRefusal>> => {
  const { policies, condition } = model;
  const end = endOf(model, now);
  const body = { name, policies, ...(condition === undefined ? {} : { condition }), ...end };
  const made = await api(caller, { method: 'POST', path: `/${home}`, body, doing: 'create a token' }, Issued);
  if (!made.ok) return made;
  if (!made.value.body) return refuse(nowhere(home));
  const { id, value, expires_on: said } = made.value.body.result;
  const expiresAt = said ?? end.expires_on;
  const ends = expiresAt ? { expiresAt } : {};
  return ok({ publicFields: {}, secret: new Sensitive({ token: value }), providerId: `${home}/${id}`, ...ends });
};

const ENDED: ReadonlySet<TokenStatus> = new Set(['disabled', 'expired']);

/** Disables a token, and leaves everything else of it as it is. A person can enable it again. */
export const disableToken = async (api: IssuerCalls, caller: IssuerCaller, path: string): Promise<Result<void, ProviderRefusal>> => {
  const found = await api(caller, { path: `/${path}`, doing: 'read a token' }, One);
  if (!found.ok) return found;
  if (!found.value.body || ENDED.has(found.value.body.result.status)) return ok(undefined);
  const { name = '', policies, condition, expires_on: end, not_before: start } = found.value.body.result;
  const kept = {
    ...(condition === undefined ? {} : { condition }),
    ...(end ? { expires_on: end } : {}),
    ...(start ? { not_before: start } : {}),
  };
  const body = { name, policies, ...kept, status: 'disabled' };
  const done = await api(caller, { method: 'PUT', path: `/${path}`, body, doing: 'disable a token' }, Gone);
  return done.ok ? ok(undefined) : done;
};
