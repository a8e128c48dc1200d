import { z } from 'zod';
import { apiKey, type FieldIssue, type Fields, text, type TypeDefinition, webUrl } from './definition.ts';
import { isLlmProvider, LLM_PROVIDERS, type LlmProviderId } from './llm-providers.ts';

const [FIRST, ...OTHERS] = Object.values(LLM_PROVIDERS).map(({ id }) => id);

/** Whose key it looks like: the provider with the longest prefix that fits. */
const looksLike = (key: string) =>
  Object.values(LLM_PROVIDERS)
    .filter(({ prefix }) => prefix !== null && key.startsWith(prefix))
    .toSorted((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0))[0];

const prefixIssue = (provider: LlmProviderId, key: string): string | null => {
  const { name, prefix } = LLM_PROVIDERS[provider];
  if (prefix === null) return null;
  const likely = looksLike(key);
  if (likely !== undefined && likely.id !== provider) return `This looks like a key of ${likely.name}, and the provider is ${name}.`;
  if (!key.startsWith(prefix)) return `A key of ${name} begins with ${prefix}.`;
  return key.length < prefix.length + 8 ? `This is too short for a key of ${name}; was all of it copied?` : null;
};

const check = ({ provider = '', endpoint }: Fields, { apiKey: key = '' }: Fields): readonly FieldIssue[] => {
  if (!isLlmProvider(provider)) return [];
  const wrong = prefixIssue(provider, key);
  const needsEndpoint = provider === 'custom' && endpoint === undefined;
  return [
    ...(wrong === null ? [] : [{ path: 'apiKey', message: wrong }]),
    ...(needsEndpoint ? [{ path: 'endpoint', message: 'A custom provider needs its endpoint, e.g. https://llm.example.com/v1.' }] : []),
  ];
};

export const userApiKey = {
  title: 'LLM API key',
  lead: 'A key for a provider of language models, or for an endpoint of your own.',
  provider: null,
  icon: 'llm',
  docsUrl: null,
  mask: 'ends',
  vendorPrefixes: ['sk-', 'hf_', 'co-', 'r8_'],
  mainSecret: 'apiKey',
  publicFields: z.strictObject({
    provider: z.enum(FIRST === undefined ? [] : [FIRST, ...OTHERS], 'The provider is one of those in the list.'),
    label: text('The label', 200).optional(),
    endpoint: webUrl('The endpoint').optional(),
    projectId: text('The project id', 64)
      .regex(/^[A-Za-z0-9_-]+$/, 'A project id at OpenAI is letters, digits, - and _, e.g. proj_abc123.')
      .optional(),
  }),
  secretFields: z.strictObject({ apiKey: apiKey('The API key') }),
  neededToRotate: [],
  neededToTest: ['provider'],
  destinations: ['provider', 'endpoint'],
  display: [
    { name: 'provider', label: 'Provider' },
    {
      name: 'apiKey',
      label: 'API key',
      help: 'It begins as the keys of its provider do: sk-, sk-ant-, hf_, co-, r8_. Of a custom endpoint any key will do.',
    },
    { name: 'label', label: 'Label', help: 'To tell several keys of one provider apart.' },
    {
      name: 'endpoint',
      label: 'Endpoint',
      help: 'Only for a custom provider: an API like that of OpenAI.',
      placeholder: 'https://llm.example.com/v1',
    },
    {
      name: 'projectId',
      label: 'Project id',
      help: 'Only for OpenAI, with an issuer: the project that the key belongs to.',
      placeholder: 'proj_abc123',
    },
  ],
  check,
  // OpenAI tells of no limits of a key, and what it makes for us has none; it can delete such a key, not disable it.
  issued: { by: 'openai_admin_key', of: { provider: 'openai' }, needs: ['projectId'], endsAtOnce: true, losesLimits: true },
} as const satisfies TypeDefinition;
