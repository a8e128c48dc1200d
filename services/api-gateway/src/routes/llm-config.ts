import { ConsumerName, LlmModel, LlmProviderId } from '@keyturn/contracts';
import { LlmConfigAnswer } from '@keyturn/contracts/api';
import { type LlmConfig, ResolvedLlm } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Asked, type Endpoint, endpoint } from '../endpoint.ts';
import { isWholeName, ON_BEHALF_OF_HEADER, UserNamed, WHOLE_NAME } from '../identity/on-behalf-of.ts';
import { type Door, learnFrom } from '../identity/speaker.ts';
import { PROGRAM_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_LLM_CONFIG_ANSWER } from '../samples/llm.ts';
import { forOwner } from './byok-answers.ts';
import { isPerson, speakingFor } from './speaking-for.ts';

type Deps = Door & { readonly vault: VaultClient };

/** `consumer`: beside an API token. For whom a program asks is in `X-On-Behalf-Of`, or named here. */
const Wanted = z
  .object({ provider: LlmProviderId.optional(), model: LlmModel.optional(), consumer: ConsumerName.optional(), ...UserNamed.shape })
  .refine(isWholeName, WHOLE_NAME);
type Wanted = z.infer<typeof Wanted>;

const Secret = z.object({ apiKey: z.string() });
const NO_STORE = { 'cache-control': 'no-store' };

const answerOf = (config: LlmConfig): LlmConfigAnswer => {
  const { provider, baseUrl, model, format, supportsStreaming, isOwn, chosenBy, credential } = config;
  const { credentialId: id, address, masked } = credential;
  return {
    provider,
    base_url: baseUrl,
    model,
    format,
    supports_streaming: supportsStreaming,
    is_byok: isOwn,
    chosen_by: chosenBy,
    credential: { id, address, masked_value: masked },
  };
};

const wantedOf = ({ provider, model }: Wanted) => ({ ...(provider && { provider }), ...(model && { model }) });

const forPerson = ({ vault }: Deps, asked: Asked, asking: Wanted) =>
  forOwner(asked, async ({ scope, actor }) => {
    const found = await vault.query('llm.config', { actor, data: { scope, ...wantedOf(asking) } });
    return found.ok ? ok({ status: 200, body: answerOf(found.value), headers: NO_STORE }) : found;
  });

const forProgram = async ({ vault, ...door }: Deps, asked: Asked, asking: Wanted) => {
  const speaking = await speakingFor(door, asked, asking);
  if (speaking instanceof Response) return speaking;
  const { speaker } = speaking;
  const data = { ...speaking.data, ...wantedOf(asking) };
  const command = { commandId: asked.commandId, actor: speaker.actor, correlationId: asked.requestId, data };
  const resolved = await vault.resolve('llm.resolve', command);
  learnFrom(door, asked, speaker, resolved);
  if (!resolved.ok) return resolved;
  const { value, secret } = resolved.value;
  const body = { ...answerOf(ResolvedLlm.parse(value)), api_key: Secret.parse(secret?.reveal()).apiKey };
  return ok({ status: 200, body, headers: NO_STORE });
};

/** Which language model is to be used: shown to a person for themselves, and given with its key to a program that has a grant. */
export const llmConfigRoutes = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'readLlmConfig',
      method: 'get',
      path: '/api/v1/llm/config',
      tag: 'Language models',
      summary:
        'Says which provider, model and key are used: as one prefers, else one’s own key, else the system’s default; to a program with the key',
      access: 'own-or-consumer',
      sends: ['llm.resolve'],
      takes: z.object({ query: Wanted }),
      reads: ON_BEHALF_OF_HEADER,
      answers: { 200: LlmConfigAnswer },
      refuses: [...PROGRAM_PROBLEMS, 'llm-unconfigured'],
      example: { takes: { query: { provider: 'openai' } }, answers: { 200: SAMPLE_LLM_CONFIG_ANSWER } },
    },
    async ({ query }, asked) => (isPerson(asked) ? forPerson(deps, asked, query) : forProgram(deps, asked, query)),
  ),
];
