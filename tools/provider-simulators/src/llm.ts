import type { Context } from 'hono';
import { bearerOf, type Simulator, type SimulatorEnv, startSimulator } from './simulator.ts';

export type LlmKey = {
  readonly models: readonly string[];
  readonly isDenied?: boolean;
  /** A person set it inactive, at Anthropic: it is refused as an unknown one is, and works again once it is set active. */
  readonly isInactive?: boolean;
};
type Asked = Context<SimulatorEnv>;

const guarded = (secretOf: (context: Asked) => string, body: (key: LlmKey) => object) => (keys: Map<string, LlmKey>, context: Asked) => {
  const secret = secretOf(context);
  const key = keys.get(secret);
  if (!key || key.isInactive === true) return context.json({ error: `unknown key ${secret}` }, 401);
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
