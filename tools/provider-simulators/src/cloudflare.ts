import type { Context } from 'hono';
import { dnsRoutes, zoneIdOf } from './cloudflare-dns.ts';
import { bearerOf, type Simulator, type SimulatorEnv, startSimulator } from './simulator.ts';

export type CloudflareToken = {
  readonly status: 'active' | 'disabled' | 'expired';
  /** Of an account's own token; a user's has none. */
  readonly accountId?: string;
  readonly zones: readonly string[];
  /** It is asked from an address that the token isn't allowed to be used from. */
  readonly isElsewhere?: boolean;
};

type Asked = Context<SimulatorEnv>;
const MALFORMED = [6003, 'Invalid request headers'] as const;
const UNKNOWN = [1000, 'Invalid API Token'] as const;
const ELSEWHERE = [9109, 'Cannot use the access token from location: 192.0.2.1'] as const;
const DENIED = [10000, 'Authentication error'] as const;

const refuse = (context: Asked, status: 400 | 401 | 403, [code, message]: readonly [number, string]) =>
  context.json({ success: false, errors: [{ code, message }], messages: [], result: null }, status);

const answer = (context: Asked, result: unknown, more: object = {}) =>
  context.json({ success: true, errors: [], messages: [], result, ...more });

const verify = (tokens: Map<string, CloudflareToken>, context: Asked, accountId?: string) => {
  const secret = bearerOf(context.req.header('authorization'));
  if (!/^[\w-]{20,}$/u.test(secret)) return refuse(context, 400, MALFORMED);
  const token = tokens.get(secret);
  if (!token || token.accountId !== accountId) return refuse(context, 401, UNKNOWN);
  if (token.isElsewhere === true) return refuse(context, 403, ELSEWHERE);
  context.var.accept(secret);
  return answer(context, { id: 'ed17574386854bf78a67040be0a770b0', status: token.status });
};

/** Cloudflare's API v4: token verification of users and accounts, zones and their DNS records. The client's base URL is `url`. */
export const startCloudflare = (tokens: Map<string, CloudflareToken>): Promise<Simulator> =>
  startSimulator((app) => {
    app.get('/user/tokens/verify', (context) => verify(tokens, context));
    app.get('/accounts/:account/tokens/verify', (context) => verify(tokens, context, context.req.param('account')));
    app.get('/zones', (context) => {
      const secret = bearerOf(context.req.header('authorization'));
      const token = tokens.get(secret);
      if (!token || token.status !== 'active') return refuse(context, 403, DENIED);
      context.var.accept(secret);
      const page = Number(context.req.query('page') ?? 1);
      const size = Number(context.req.query('per_page') ?? 20);
      const zones = token.zones
        .slice((page - 1) * size, page * size)
        .map((name, index) => ({ id: zoneIdOf((page - 1) * size + index), name }));
      const count = token.zones.length;
      const info = { page, per_page: size, count: zones.length, total_count: count, total_pages: Math.ceil(count / size) };
      return answer(context, zones, { result_info: info });
    });
    dnsRoutes(app, (secret) => {
      const token = tokens.get(secret);
      return token?.status === 'active' ? token.zones : null;
    });
  });
