import type { Context } from 'hono';
import { bearerOf, type Simulator, type SimulatorEnv, startSimulator } from './simulator.ts';

export type LlmKey = { readonly models: readonly string[]; readonly mayListModels?: boolean; readonly isDenied?: boolean };
type Asked = Context<SimulatorEnv>;

const openAiModels = (models: readonly string[]) => ({
  object: 'list',
  data: models.map((id) => ({ id, object: 'model', created: 1_686_935_002, owned_by: 'openai' })),
});

/** OpenAI's API, and whatever is made like it: the list of models. The client's base URL is `url` and `/v1`. `isOpen`: it checks no keys. */
export const startOpenAi = (keys: Map<string, LlmKey>, { isOpen = false } = {}): Promise<Simulator> =>
  startSimulator((app) => {
    app.get('/v1/models', (context) => {
      if (isOpen) return context.json(openAiModels(['llama']));
      const secret = bearerOf(context.req.header('authorization'));
      const key = keys.get(secret);
      const refuse = (status: 401 | 403, code: string | null, message: string) =>
        context.json({ error: { message, type: 'invalid_request_error', param: null, code } }, status);
      if (!key) return refuse(401, 'invalid_api_key', `Incorrect API key provided: ${secret.slice(0, 8)}****${secret.slice(-4)}.`);
      if (key.mayListModels === false)
        return refuse(403, null, 'You have insufficient permissions for this operation. Missing scopes: api.model.read.');
      if (key.isDenied === true) return refuse(403, 'unsupported_country_region_territory', 'Country, region, or territory not supported');
      context.var.accept(secret);
      return context.json(openAiModels(key.models));
    });
  });

const guarded = (secretOf: (context: Asked) => string, body: (key: LlmKey) => object) => (keys: Map<string, LlmKey>, context: Asked) => {
  const secret = secretOf(context);
  const key = keys.get(secret);
  if (!key) return context.json({ error: `unknown key ${secret}` }, 401);
  if (key.isDenied === true) return context.json({ error: `denied ${secret}` }, 403);
  context.var.accept(secret);
  return context.json(body(key));
};

const byBearer = (context: Asked): string => bearerOf(context.req.header('authorization'));
const byApiKey = (context: Asked): string => context.req.header('x-api-key') ?? '';

const anthropic = guarded(byApiKey, ({ models }) => ({
  data: models.map((id) => ({ type: 'model', id, display_name: id })),
  has_more: false,
}));
const huggingface = guarded(byBearer, () => ({
  type: 'user',
  name: 'ada',
  auth: { type: 'access_token', accessToken: { displayName: 'ci', role: 'write' } },
}));
const cohere = guarded(byBearer, ({ models }) => ({ models: models.map((name) => ({ name })) }));
const replicate = guarded(byBearer, () => ({ type: 'organization', username: 'acme', name: 'Acme' }));

/** The other providers of language models, by their published APIs: the call by which each key is tested, each below its own path. */
export const startLlmProviders = (keys: Map<string, LlmKey>): Promise<Simulator> =>
  startSimulator((app) => {
    app.get('/anthropic/v1/models', (context) =>
      context.req.header('anthropic-version') === '2023-06-01' ? anthropic(keys, context) : context.json({ type: 'error' }, 400),
    );
    app.get('/huggingface/api/whoami-v2', (context) => huggingface(keys, context));
    app.get('/cohere/v1/models', (context) => cohere(keys, context));
    app.get('/replicate/account', (context) => replicate(keys, context));
  });
