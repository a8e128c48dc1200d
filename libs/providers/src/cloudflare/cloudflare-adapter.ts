import { z } from 'zod';
import { ask, bearer, counted, type Finding, httpAdapter, type ProviderHttp, readJson, unexpected, urlOf } from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';
import { CLOUDFLARE, CloudflareFields } from './fields.ts';
import { type TokenStatus, verifyToken } from './verify-token.ts';

const NAME = 'Cloudflare';

const Zones = z.object({ result: z.array(z.unknown()), result_info: z.object({ total_count: z.int() }).optional() });

const stateOf = (status: TokenStatus): Finding | null => {
  if (status === 'active') return null;
  if (status === 'expired') return { verdict: 'invalid', sentence: `The token has expired at ${NAME}: make a new one, or move its end.` };
  if (status === 'disabled') return { verdict: 'invalid', sentence: `The token is disabled at ${NAME}: enable it, or make a new one.` };
  return unexpected(NAME, 200);
};

/** The zones in sight are what most tokens are for, but a token may well be for something else. */
const zonesInSight = async (http: ProviderHttp, { token, accountId, apiBaseUrl }: CloudflareFields): Promise<number | null> => {
  const query = accountId === undefined ? '' : `&account.id=${accountId}`;
  const asked = await ask(http, NAME, { url: urlOf(apiBaseUrl, `/zones?per_page=5${query}`), headers: bearer(token) });
  const zones = asked.ok && asked.value.status === 200 ? readJson(Zones, asked.value) : null;
  return zones ? (zones.result_info?.total_count ?? zones.result.length) : null;
};

/** A Cloudflare API token: verified where it belongs, then asked for the zones that it sees. */
export const cloudflareAdapter = (http: ProviderHttp, baseUrl = CLOUDFLARE): ProviderAdapter =>
  httpAdapter({
    schema: CloudflareFields,
    test: async ({ apiBaseUrl = baseUrl, ...rest }) => {
      const fields = { ...rest, apiBaseUrl };
      const verified = await verifyToken(http, fields);
      const refused = verified.ok ? stateOf(verified.value.status) : verified.refusal;
      if (refused) return refused;
      const zones = await zonesInSight(http, fields);
      const seen = zones === null ? 'whether it sees zones, Cloudflare didn’t say' : `it sees ${counted(zones, 'zone')}`;
      return {
        verdict: 'valid',
        sentence: `${NAME} takes the token; ${seen}.`,
        ...(zones === null || zones === 0 ? {} : { can: [`see ${counted(zones, 'zone')}`] }),
      };
    },
  });
