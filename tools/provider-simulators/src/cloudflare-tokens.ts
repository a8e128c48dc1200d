import { randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { bearerOf, hashOf, type SimulatorEnv } from './simulator.ts';

export type CloudflareToken = {
  readonly status: 'active' | 'disabled' | 'expired';
  /** Where it was rolled: the id stays, though the value is another one. */
  readonly id?: string;
  /** Of an account's own token; a user's has none. */
  readonly accountId?: string;
  readonly zones: readonly string[];
  /** It is asked from an address that the token isn't allowed to be used from. */
  readonly isElsewhere?: boolean;
  /** A user's, which an account's home forbids instead of saying that it doesn't know it. */
  readonly isForbiddenAtAccounts?: boolean;
  /** It has "API Tokens Write", or "Account API Tokens Write". */
  readonly mayManageTokens?: boolean;
  /** It has only "API Tokens Read", or "Account API Tokens Read". */
  readonly mayReadTokens?: boolean;
  /** The rest is as the API shows it. */
  readonly name?: string;
  readonly policies?: readonly CloudflarePolicy[];
  readonly condition?: object;
  readonly issuedOn?: string;
  readonly expiresOn?: string;
  readonly lastUsedOn?: string;
};

export type CloudflarePolicy = {
  readonly effect: string;
  readonly permission_groups: readonly { readonly id: string }[];
  readonly resources: object;
};

export type CloudflareTokens = Map<string, CloudflareToken>;
export type Asked = Context<SimulatorEnv>;

/** The id that a token has there, as long as it wasn't rolled: its value doesn't say it. */
export const cloudflareIdOf = (secret: string): string => hashOf(secret).slice(0, 32);

/** The id of one of these tokens. */
export const idOf = (secret: string, { id }: CloudflareToken): string => id ?? cloudflareIdOf(secret);

export const UNKNOWN = [1000, 'Invalid API Token'] as const;
export const DENIED = [10000, 'Authentication error'] as const;
const MISSING = [1003, 'Token not found'] as const;
const UNFIT = [1001, 'Invalid token definition'] as const;

export const refuse = (context: Asked, status: 400 | 401 | 403 | 404, [code, message]: readonly [number, string]): Response =>
  context.json({ success: false, errors: [{ code, message }], messages: [], result: null }, status);

export const answer = (context: Asked, result: unknown, more: object = {}): Response =>
  context.json({ success: true, errors: [], messages: [], result, ...more });

const toTheSecond = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** Notes when a token was last used. */
export const touch = (tokens: CloudflareTokens, secret: string): void => {
  const token = tokens.get(secret);
  if (token) tokens.set(secret, { ...token, lastUsedOn: toTheSecond(new Date()) });
};

/** What lets a token manage or read tokens, by the names that Cloudflare has for it. */
const permissionsOf = ({ accountId, mayManageTokens, mayReadTokens }: CloudflareToken) => {
  const home = accountId === undefined ? 'API Tokens' : 'Account API Tokens';
  const names = [mayReadTokens === true ? 'Read' : null, mayManageTokens === true ? 'Write' : null];
  const groups = names.flatMap((name) => (name === null ? [] : [{ id: `tokens-${name.toLowerCase()}`, name: `${home} ${name}` }]));
  return groups.length === 0 ? [] : [{ effect: 'allow', permission_groups: groups, resources: { 'com.cloudflare.api.user.*': '*' } }];
};

const viewOf = ([secret, token]: readonly [string, CloudflareToken]) => ({
  id: idOf(secret, token),
  name: token.name ?? 'made by hand',
  status: token.status,
  policies: [...(token.policies ?? []), ...permissionsOf(token)].map((policy, index) => ({ id: `policy-${index}`, ...policy })),
  ...(token.condition === undefined ? {} : { condition: token.condition }),
  issued_on: token.issuedOn ?? '2026-01-01T00:00:00Z',
  ...(token.expiresOn === undefined ? {} : { expires_on: token.expiresOn }),
  ...(token.lastUsedOn === undefined ? {} : { last_used_on: token.lastUsedOn }),
});

const ALLOWED: ReadonlySet<string> = new Set(['name', 'policies', 'condition', 'expires_on', 'not_before', 'status']);

const isFit = (policy: object): boolean => Object.keys(policy).toSorted().join() === 'effect,permission_groups,resources';

/** A definition as the real one takes it: a name, at least one policy, and nothing that only answers have. */
const definitionOf = (body: Record<string, unknown>): Partial<CloudflareToken> | null => {
  const { name, policies, condition, expires_on: expiresOn, status } = body;
  const isKnown = Object.keys(body).every((key) => ALLOWED.has(key));
  if (!isKnown || typeof name !== 'string' || name.length > 120 || !Array.isArray(policies)) return null;
  if (policies.length === 0 || !policies.every(isFit)) return null;
  return {
    name,
    policies: policies as readonly CloudflarePolicy[],
    ...(condition === undefined ? {} : { condition: condition as object }),
    ...(typeof expiresOn === 'string' ? { expiresOn } : {}),
    ...(status === 'active' || status === 'disabled' ? { status } : {}),
  };
};

const grantsOf = (policies: readonly CloudflarePolicy[] = []): string =>
  JSON.stringify(policies.map(({ effect, permission_groups: groups, resources }) => [effect, groups.map(({ id }) => id), resources]));

/** The tokens of one user or account, as the one who manages them sees them. `id`: the one that the path names. */
type Managed = { readonly tokens: CloudflareTokens; readonly accountId: string | undefined; readonly id: string };
type Manage = (context: Asked, managed: Managed) => Response | Promise<Response>;

const allOf = ({ tokens, accountId }: Managed) => [...tokens].filter(([, token]) => token.accountId === accountId);
const oneOf = (managed: Managed) => allOf(managed).find(([secret, token]) => idOf(secret, token) === managed.id);

const list: Manage = (context, managed) => {
  const [page, size] = [Number(context.req.query('page') ?? 1), Number(context.req.query('per_page') ?? 20)];
  const all = allOf(managed).map(viewOf);
  const shown = all.slice((page - 1) * size, page * size);
  return answer(context, shown, { result_info: { page, per_page: size, count: shown.length, total_count: all.length } });
};

const create: Manage = async (context, managed) => {
  const definition = definitionOf(await context.req.json());
  if (!definition) return refuse(context, 400, UNFIT);
  const value = randomBytes(30).toString('base64url');
  // Which zones a policy shows this simulator doesn't know: it shows those of a token with the same policies.
  const like = allOf(managed).find(([, known]) => grantsOf(known.policies) === grantsOf(definition.policies));
  const made = { status: 'active', zones: like?.[1].zones ?? [], issuedOn: toTheSecond(new Date()), ...definition } as const;
  const token: CloudflareToken = managed.accountId === undefined ? made : { ...made, accountId: managed.accountId };
  managed.tokens.set(value, token);
  return answer(context, { ...viewOf([value, token]), value });
};

const read: Manage = (context, managed) => {
  const found = oneOf(managed);
  return found ? answer(context, viewOf(found)) : refuse(context, 404, MISSING);
};

const update: Manage = async (context, managed) => {
  const found = oneOf(managed);
  const definition = definitionOf(await context.req.json());
  if (!found) return refuse(context, 404, MISSING);
  if (!definition) return refuse(context, 400, UNFIT);
  const [secret, { expiresOn: _ends, condition: _where, ...kept }] = found;
  const next = { ...kept, ...definition };
  managed.tokens.set(secret, next);
  return answer(context, viewOf([secret, next]));
};

/** A roll: another value for the same token. What it was is gone at once. */
const roll: Manage = (context, managed) => {
  const found = oneOf(managed);
  if (!found) return refuse(context, 404, MISSING);
  const [secret, token] = found;
  const value = randomBytes(30).toString('base64url');
  managed.tokens.delete(secret);
  managed.tokens.set(value, { ...token, id: managed.id });
  return answer(context, value);
};

const remove: Manage = (context, managed) => {
  const found = oneOf(managed);
  if (!found) return refuse(context, 404, MISSING);
  managed.tokens.delete(found[0]);
  return answer(context, { id: managed.id });
};

/** Lists, creates, reads, disables, rolls and deletes tokens of a user and of accounts. */
export const tokenRoutes = (app: Hono<SimulatorEnv>, tokens: CloudflareTokens): void => {
  const asIssuer =
    (manage: Manage): ((context: Asked) => Response | Promise<Response>) =>
    (context) => {
      const secret = bearerOf(context.req.header('authorization'));
      const issuer = tokens.get(secret);
      if (!issuer) return refuse(context, 401, UNKNOWN);
      const may = issuer.mayManageTokens === true || (issuer.mayReadTokens === true && context.req.method === 'GET');
      if (issuer.status !== 'active' || !may) return refuse(context, 403, DENIED);
      context.var.accept(secret);
      touch(tokens, secret);
      return manage(context, { tokens, accountId: context.req.param('account'), id: context.req.param('id') ?? '' });
    };
  for (const home of ['/user/tokens', '/accounts/:account/tokens']) {
    app.get(home, asIssuer(list));
    app.post(home, asIssuer(create));
    app.get(`${home}/:id`, asIssuer(read));
    app.put(`${home}/:id`, asIssuer(update));
    app.put(`${home}/:id/value`, asIssuer(roll));
    app.delete(`${home}/:id`, asIssuer(remove));
  }
};
