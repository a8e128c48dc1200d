import { z } from 'zod';

/** Whose way of asking and answering an API has. `openai` is spoken by many. */
export const LLM_FORMATS = ['openai', 'anthropic', 'cohere', 'replicate'] as const;
export type LlmFormat = (typeof LLM_FORMATS)[number];

/** A provider of language models whose keys people bring along. `prefix`: with what its keys begin. */
export type LlmProvider = {
  readonly id: string;
  readonly name: string;
  readonly prefix: string | null;
  /** Null where each key has an endpoint of its own. */
  readonly baseUrl: string | null;
  /** Whose API it speaks there, so which client library fits. */
  readonly format: LlmFormat;
  readonly supportsStreaming: boolean;
  readonly docsUrl: string | null;
};

/** The providers of a `user_api_key`, in the order in which they are offered. */
export const LLM_PROVIDERS = {
  openai: {
    id: 'openai',
    name: 'OpenAI',
    prefix: 'sk-',
    baseUrl: 'https://api.openai.com/v1',
    format: 'openai',
    supportsStreaming: true,
    docsUrl: 'https://platform.openai.com/api-keys',
  },
  anthropic: {
    id: 'anthropic',
    name: 'Anthropic',
    prefix: 'sk-ant-',
    baseUrl: 'https://api.anthropic.com',
    format: 'anthropic',
    supportsStreaming: true,
    docsUrl: 'https://console.anthropic.com/settings/keys',
  },
  huggingface: {
    id: 'huggingface',
    name: 'HuggingFace',
    prefix: 'hf_',
    baseUrl: 'https://router.huggingface.co/v1',
    format: 'openai',
    supportsStreaming: true,
    docsUrl: 'https://huggingface.co/settings/tokens',
  },
  cohere: {
    id: 'cohere',
    name: 'Cohere',
    prefix: 'co-',
    baseUrl: 'https://api.cohere.com',
    format: 'cohere',
    supportsStreaming: true,
    docsUrl: 'https://dashboard.cohere.com/api-keys',
  },
  replicate: {
    id: 'replicate',
    name: 'Replicate',
    prefix: 'r8_',
    baseUrl: 'https://api.replicate.com/v1',
    format: 'replicate',
    supportsStreaming: true,
    docsUrl: 'https://replicate.com/account/api-tokens',
  },
  custom: {
    id: 'custom',
    name: 'Custom endpoint',
    prefix: null,
    baseUrl: null,
    // What the form asks for: an API like that of OpenAI.
    format: 'openai',
    supportsStreaming: true,
    docsUrl: null,
  },
} as const satisfies Record<string, LlmProvider>;

export type LlmProviderId = keyof typeof LLM_PROVIDERS;

export const isLlmProvider = (id: string): id is LlmProviderId => Object.hasOwn(LLM_PROVIDERS, id);

export const LlmProviderId = z.enum(
  Object.values(LLM_PROVIDERS).map(({ id }) => id),
  `a provider is one of ${Object.keys(LLM_PROVIDERS).join(', ')}`,
);

/** The name of a model as providers write them: `gpt-5-mini`, `meta-llama/Llama-3.3-70B-Instruct:fast`, `owner/model@1f0e…`. */
export const LlmModel = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,199}$/,
    'a model’s name is 1 to 200 of letters, digits and . _ : @ / + -, a letter or digit first',
  );
export type LlmModel = z.infer<typeof LlmModel>;
