import { LLM_PROVIDERS, type LlmProviderId } from '@keyturn/contracts';
import { z } from 'zod';
import { bearer, counted } from '../http/index.ts';

/** The cheapest call that needs the key, at one provider, and what its answer says. */
export type LlmCall = {
  readonly name: string;
  readonly baseUrl: string;
  readonly path: string;
  readonly headers: (key: string) => Readonly<Record<string, string>>;
  /** What the account can do by the answer, in short phrases of ours; null if the answer is none of this API. */
  readonly can: (body: unknown) => readonly string[] | null;
};

const listed = (field: string) => {
  const List = z.object({ [field]: z.array(z.unknown()) });
  return (body: unknown): readonly string[] | null => {
    const found = List.safeParse(body).data?.[field];
    return found ? [`use ${counted(found.length, 'model')}`] : null;
  };
};

const Whoami = z.object({
  name: z.string(),
  auth: z.object({ accessToken: z.object({ role: z.enum(['read', 'write', 'fineGrained']).catch('read') }).optional() }).optional(),
});
const HUB_ROLES = { read: 'read', write: 'read and write', fineGrained: 'do what the token’s own list says' } as const;

const hub = (body: unknown): readonly string[] | null => {
  const whoami = Whoami.safeParse(body).data;
  if (!whoami) return null;
  const role = whoami.auth?.accessToken?.role;
  return role === undefined ? [] : [HUB_ROLES[role]];
};

const Account = z.object({ type: z.enum(['user', 'organization']), username: z.string() });
const replicate = (body: unknown): readonly string[] | null => {
  const account = Account.safeParse(body).data;
  return account ? [account.type === 'user' ? 'act for a user' : 'act for an organization'] : null;
};

const models = { path: '/models', headers: bearer, can: listed('data') };

/** By provider; where a key has an endpoint of its own, the API is like that of OpenAI. */
export const LLM_CALLS: Readonly<Record<Exclude<LlmProviderId, 'custom'>, LlmCall>> = {
  openai: { name: LLM_PROVIDERS.openai.name, baseUrl: LLM_PROVIDERS.openai.baseUrl, ...models },
  anthropic: {
    name: LLM_PROVIDERS.anthropic.name,
    baseUrl: LLM_PROVIDERS.anthropic.baseUrl,
    path: '/v1/models?limit=1000',
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    can: listed('data'),
  },
  // What its language models are called at says nothing about a token; the Hub does.
  huggingface: {
    name: LLM_PROVIDERS.huggingface.name,
    baseUrl: 'https://huggingface.co',
    path: '/api/whoami-v2',
    headers: bearer,
    can: hub,
  },
  cohere: {
    name: LLM_PROVIDERS.cohere.name,
    baseUrl: LLM_PROVIDERS.cohere.baseUrl,
    path: '/v1/models?page_size=1000',
    headers: bearer,
    can: listed('models'),
  },
  replicate: {
    name: LLM_PROVIDERS.replicate.name,
    baseUrl: LLM_PROVIDERS.replicate.baseUrl,
    path: '/account',
    headers: bearer,
    can: replicate,
  },
};

export const customCall = (baseUrl: string): LlmCall => ({ name: 'The endpoint', baseUrl, ...models });
