import { LLM_PROVIDERS, type LlmProviderId } from '@keyturn/contracts';
import { z } from 'zod';
import { ask, type Finding, httpAdapter, type ProviderHttp, type ProviderReply, readJson, unexpected, urlOf } from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';
import type { ProviderUrls } from '../provider-urls.ts';
import { customCall } from '../llm-endpoint/index.ts';
import { isElsewhere, lacksScope, LET_IN } from '../openai/refused.ts';
import type { LlmCall } from './llm-call.ts';
import { LLM_CALLS } from './llm-calls.ts';

const Provider = z.enum(Object.keys(LLM_PROVIDERS) as LlmProviderId[]);
const Fields = z.discriminatedUnion('provider', [
  z.object({ provider: z.literal('custom'), apiKey: z.string(), endpoint: z.string() }),
  z.object({ provider: Provider.exclude(['custom']), apiKey: z.string() }),
]);
type Fields = z.infer<typeof Fields>;

const callOf = (fields: Fields, urls: ProviderUrls): LlmCall => {
  if (fields.provider === 'custom') return customCall(fields.endpoint);
  const call = LLM_CALLS[fields.provider];
  return { ...call, baseUrl: urls[fields.provider] ?? call.baseUrl };
};

const refusalOf = (call: LlmCall, fields: Fields, reply: ProviderReply): Finding => {
  const { status } = reply;
  if (lacksScope(reply))
    return {
      verdict: 'forbidden',
      sentence: `${call.name} knows this key, which may not list models: allow it to read Models, then test again.`,
    };
  if (isElsewhere(reply))
    return { verdict: 'forbidden', sentence: `${call.name} doesn't let this key in from here (${status}): ${LET_IN}, then test again.` };
  if (status === 401) return { verdict: 'invalid', sentence: `${call.name} doesn't know this key: it is mistyped, expired or revoked.` };
  if (status === 403 && fields.provider !== 'custom')
    return {
      verdict: 'forbidden',
      sentence: `${call.name} doesn't let this key in from here (403): check its permissions, its account and its region.`,
    };
  if (status === 403)
    return { verdict: 'forbidden', sentence: `The endpoint doesn't let this key list models (403): check what it may do.` };
  if (status === 404 && fields.provider === 'custom')
    return { verdict: 'unreachable', sentence: 'The endpoint has no /models (404): check it, it often ends with /v1.' };
  return unexpected(call.name, status);
};

const parsed = (reply: ProviderReply, call: LlmCall): readonly string[] | null => {
  const body = readJson(z.unknown(), reply);
  return body === null ? null : call.can(body);
};

const askFor = (http: ProviderHttp, call: LlmCall, headers: Readonly<Record<string, string>>) =>
  ask(http, call.name, { url: urlOf(call.baseUrl, call.path), headers });

/** An endpoint of one's own may well check no keys at all: then its answer says nothing about this one, as it does of any other secret. */
const answersAnybody = async (http: ProviderHttp, call: LlmCall): Promise<boolean> => {
  const asked = await askFor(http, call, {});
  return asked.ok && asked.value.status === 200;
};

/** A key of a provider of language models, or of an endpoint with an API like that of OpenAI. */
export const llmAdapter = (httpFor: (provider: LlmProviderId) => ProviderHttp, urls: ProviderUrls = {}): ProviderAdapter =>
  httpAdapter({
    schema: Fields,
    test: async (fields) => {
      const call = callOf(fields, urls);
      const http = httpFor(fields.provider);
      const asked = await askFor(http, call, call.headers(fields.apiKey));
      if (!asked.ok) return asked.refusal;
      if (asked.value.status !== 200) return refusalOf(call, fields, asked.value);
      const can = parsed(asked.value, call);
      if (!can) return unexpected(call.name, 200);
      if (fields.provider === 'custom' && (await answersAnybody(http, call)))
        return {
          verdict: 'unreachable',
          sentence: `${call.name} answers so without a key, too, which says nothing about this one: have it check keys.`,
        };
      return { verdict: 'valid', sentence: `${call.name} takes the key.`, ...(can.length === 0 ? {} : { can: [...can] }) };
    },
  });
