import { z } from 'zod';

/** Whose way of asking and answering an API has. `openai` is spoken by many. */
export const LLM_FORMATS = ['openai', 'anthropic', 'cohere', 'replicate'] as const;
export type LlmFormat = (typeof LLM_FORMATS)[number];

/** A provider of language models whose keys people bring along. `prefix`: with what its keys begin. */
export type LlmProvider = {
  readonly id: string;
  readonly name: string;
  /** As that of a type. */
  readonly icon: string;
  readonly prefix: string | null;
  /** Null where each key has an endpoint of its own. */
  readonly baseUrl: string | null;
  /** Whose API it speaks there, so which client library fits. */
  readonly format: LlmFormat;
  readonly supportsStreaming: boolean;
  /** Where a person makes and removes its keys. */
  readonly docsUrl: string | null;
  /** How the next key is made there, and how the old one is removed, step by step; it is brought after the first. */
  readonly make: readonly string[];
  readonly remove: readonly string[];
};

/** The providers of a `user_api_key`, in the order in which they are offered. */
export const LLM_PROVIDERS = {
  openai: {
    id: 'openai',
    name: 'OpenAI',
    icon: 'openai',
    prefix: 'sk-',
    baseUrl: 'https://api.openai.com/v1',
    format: 'openai',
    supportsStreaming: true,
    docsUrl: 'https://platform.openai.com/api-keys',
    make: [
      'Open API keys, in the project of the key of today.',
      'Create a secret key with the same owner and the same permissions (all, restricted or read only). It is shown once.',
    ],
    remove: ['Open API keys, in the same project.', 'Revoke the old key: that can’t be undone. OpenAI may go on taking it for a while.'],
  },
  anthropic: {
    id: 'anthropic',
    name: 'Anthropic',
    icon: 'anthropic',
    prefix: 'sk-ant-',
    baseUrl: 'https://api.anthropic.com',
    format: 'anthropic',
    supportsStreaming: true,
    docsUrl: 'https://console.anthropic.com/settings/keys',
    make: [
      'Open Settings, API keys.',
      'Create a key in the workspace of the one of today: its limits are the workspace’s. It is shown once.',
    ],
    remove: [
      'Open Settings, API keys.',
      'Set the old key inactive first: that can be undone there as long as nobody deletes it. Keyturn takes it for dead from then on.',
      'Delete it once nothing has missed it for a while.',
    ],
  },
  huggingface: {
    id: 'huggingface',
    name: 'HuggingFace',
    icon: 'huggingface',
    prefix: 'hf_',
    baseUrl: 'https://router.huggingface.co/v1',
    format: 'openai',
    supportsStreaming: true,
    docsUrl: 'https://huggingface.co/settings/tokens',
    make: [
      'Open Settings, Access Tokens.',
      'Create a token of the type of the one of today (fine-grained, read or write); for a fine-grained one copy its permissions and resources. It is shown once.',
      'Do not choose “Invalidate and refresh” for the token of today: that ends it at once.',
    ],
    remove: ['Open Settings, Access Tokens.', 'Delete the old token: that can’t be undone.'],
  },
  cohere: {
    id: 'cohere',
    name: 'Cohere',
    icon: 'cohere',
    prefix: 'co-',
    baseUrl: 'https://api.cohere.com',
    format: 'cohere',
    supportsStreaming: true,
    docsUrl: 'https://dashboard.cohere.com/api-keys',
    make: ['Open API Keys.', 'Create a key of the kind of the one of today: a production key, or a trial key.'],
    remove: ['Open API Keys.', 'Delete the old key: that can’t be undone.'],
  },
  replicate: {
    id: 'replicate',
    name: 'Replicate',
    icon: 'replicate',
    prefix: 'r8_',
    baseUrl: 'https://api.replicate.com/v1',
    format: 'replicate',
    supportsStreaming: true,
    docsUrl: 'https://replicate.com/account/api-tokens',
    make: [
      'Open Account, API tokens, of the user or the organization that the token of today belongs to.',
      'Create a token under a name that says what uses it.',
    ],
    remove: ['Open Account, API tokens, of the same user or organization.', 'Disable the old token.'],
  },
  custom: {
    id: 'custom',
    name: 'Custom endpoint',
    icon: 'plug',
    prefix: null,
    baseUrl: null,
    // What the form asks for: an API like that of OpenAI.
    format: 'openai',
    supportsStreaming: true,
    docsUrl: null,
    make: ['Have whoever runs the endpoint make another key, with the rights of the one of today and beside it.'],
    remove: ['Have whoever runs the endpoint remove the old key.'],
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
