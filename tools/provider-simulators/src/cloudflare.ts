import { dnsRoutes, zoneIdOf } from './cloudflare-dns.ts';
import { answer, type Asked, type CloudflareTokens, DENIED, idOf, refuse, tokenRoutes, touch, UNKNOWN } from './cloudflare-tokens.ts';
import { bearerOf, type Simulator, startSimulator } from './simulator.ts';

export { cloudflareIdOf, type CloudflarePolicy, type CloudflareToken } from './cloudflare-tokens.ts';

const MALFORMED = [6003, 'Invalid request headers'] as const;
const ELSEWHERE = [9109, 'Cannot use the access token from location: 192.0.2.1'] as const;

const verify = (tokens: CloudflareTokens, context: Asked, accountId?: string): Response => {
  const secret = bearerOf(context.req.header('authorization'));
  if (!/^[\w-]{20,}$/u.test(secret)) return refuse(context, 400, MALFORMED);
  const token = tokens.get(secret);
  if (token?.isForbiddenAtAccounts === true && accountId !== undefined) return refuse(context, 403, DENIED);
  if (!token || token.accountId !== accountId) return refuse(context, 401, UNKNOWN);
  if (token.isElsewhere === true) return refuse(context, 403, ELSEWHERE);
  context.var.accept(secret);
  touch(tokens, secret);
  return answer(context, { id: idOf(secret, token), status: token.status });
};

/**
 * Cloudflare's API v4: tokens of users and accounts, zones and their DNS records. The client's base URL is `url`. `tokens` is the account
 * itself, by value: what is issued appears in it, and what is deleted is gone from it.
 */
export const startCloudflare = (tokens: CloudflareTokens): Promise<Simulator> =>
  startSimulator((app) => {
    const zonesOf = (secret: string): readonly string[] | null => {
      const token = tokens.get(secret);
      if (token?.status !== 'active') return null;
      touch(tokens, secret);
      return token.zones;
    };
    app.get('/user/tokens/verify', (context) => verify(tokens, context));
    app.get('/accounts/:account/tokens/verify', (context) => verify(tokens, context, context.req.param('account')));
    tokenRoutes(app, tokens);
    app.get('/zones', (context) => {
      const secret = bearerOf(context.req.header('authorization'));
      const seen = zonesOf(secret);
      if (!seen) return refuse(context, 403, DENIED);
      context.var.accept(secret);
      const page = Number(context.req.query('page') ?? 1);
      const size = Number(context.req.query('per_page') ?? 20);
      const zones = seen.slice((page - 1) * size, page * size).map((name, index) => ({ id: zoneIdOf((page - 1) * size + index), name }));
      const count = seen.length;
      const info = { page, per_page: size, count: zones.length, total_count: count, total_pages: Math.ceil(count / size) };
      return answer(context, zones, { result_info: info });
    });
    dnsRoutes(app, zonesOf);
  });
