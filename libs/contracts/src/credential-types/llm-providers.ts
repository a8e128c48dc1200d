/** A provider of language models whose keys people bring along. `prefix`: with what its keys begin. */
export type LlmProvider = {
  readonly id: string;
  readonly name: string;
  readonly prefix: string | null;
  /** Null where each key has an endpoint of its own. */
  readonly baseUrl: string | null;
  readonly docsUrl: string | null;
};

/** The providers of a `user_api_key`, in the order in which they are offered. */
export const LLM_PROVIDERS = {
  openai: {
    id: 'openai',
    name: 'OpenAI',
    prefix: 'sk-',
    baseUrl: 'https://api.openai.com/v1',
    docsUrl: 'https://platform.openai.com/api-keys',
  },
  anthropic: {
    id: 'anthropic',
    name: 'Anthropic',
    prefix: 'sk-ant-',
    baseUrl: 'https://api.anthropic.com',
    docsUrl: 'https://console.anthropic.com/settings/keys',
  },
  huggingface: {
    id: 'huggingface',
    name: 'HuggingFace',
    prefix: 'hf_',
    baseUrl: 'https://router.huggingface.co/v1',
    docsUrl: 'https://huggingface.co/settings/tokens',
  },
  cohere: {
    id: 'cohere',
    name: 'Cohere',
    prefix: 'co-',
    baseUrl: 'https://api.cohere.com',
    docsUrl: 'https://dashboard.cohere.com/api-keys',
  },
  replicate: {
    id: 'replicate',
    name: 'Replicate',
    prefix: 'r8_',
    baseUrl: 'https://api.replicate.com/v1',
    docsUrl: 'https://replicate.com/account/api-tokens',
  },
  custom: { id: 'custom', name: 'Custom endpoint', prefix: null, baseUrl: null, docsUrl: null },
} as const satisfies Record<string, LlmProvider>;

export type LlmProviderId = keyof typeof LLM_PROVIDERS;

export const isLlmProvider = (id: string): id is LlmProviderId => Object.hasOwn(LLM_PROVIDERS, id);
