import { LlmChoiceAnswer, LlmChoiceBody } from '@keyturn/contracts/api';
import { LlmChoiceView } from '@keyturn/contracts/commands';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Asked, type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { etagOf } from '../if-match.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_LLM_CHOICE_ANSWER } from '../samples/llm.ts';
import { forOwner } from './byok-answers.ts';

type Deps = { readonly vault: VaultClient };

const COMMON = { tag: 'Language models' } as const satisfies Partial<Definition>;
const OWN = '/api/v1/llm/preferences';
const DEFAULTS = '/api/v1/admin/llm/defaults';
const body = { default_provider: 'openai', default_models: { openai: 'gpt-5-mini' } };
const answers = { 200: LlmChoiceAnswer };
const EXAMPLE = { answers: { 200: SAMPLE_LLM_CHOICE_ANSWER } };

const answerOf = ({ provider, models, chosenAt }: LlmChoiceView): LlmChoiceAnswer => ({
  default_provider: provider,
  default_models: models,
  updated_at: chosenAt,
});

const read = async ({ vault }: Deps, { actor }: Pick<Asked, 'actor'>, scope: string) => {
  const found = await vault.query('llm.choice', { actor, data: { scope } });
  return found.ok ? ok({ status: 200, body: answerOf(found.value), headers: { etag: etagOf(found.value.revision) } }) : found;
};

const choose = async ({ vault }: Deps, { actor, commandId, requestId, guard }: Asked, scope: string, wanted: LlmChoiceBody) => {
  const data = { scope, provider: wanted.default_provider, models: wanted.default_models };
  const chosen = await vault.command('llm.choose', { commandId, actor, correlationId: requestId, data, ...guard });
  return chosen.ok ? ok({ status: 200, body: answerOf(LlmChoiceView.parse(chosen.value)) }) : chosen;
};

const readPreferences = (deps: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'readLlmPreferences',
      method: 'get',
      path: OWN,
      summary: 'Says which provider and models one has chosen to be used where none is named',
      access: 'own-read',
      takes: z.object({}),
      answers,
      tells: ['ETag'],
      refuses: QUERY_PROBLEMS,
      example: EXAMPLE,
    },
    (_input, asked) => forOwner(asked, ({ scope }) => read(deps, asked, scope)),
  );

const choosePreferences = (deps: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'chooseLlmPreferences',
      method: 'put',
      path: OWN,
      summary: 'Chooses the provider and the models that are used for oneself where none is named; replaces what was chosen',
      access: 'own-write',
      sends: ['llm.choose'],
      takes: z.object({ body: LlmChoiceBody }),
      answers,
      ifMatch: 'resource-changed',
      refuses: COMMAND_PROBLEMS,
      example: { takes: { body }, ...EXAMPLE },
    },
    (input, asked) => forOwner(asked, ({ scope }) => choose(deps, asked, scope, input.body)),
  );

const clearPreferences = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'clearLlmPreferences',
      method: 'delete',
      path: OWN,
      summary: 'Chooses nothing any more: one’s keys and the system’s defaults decide',
      access: 'own-write',
      sends: ['llm.clear-choice'],
      takes: z.object({}),
      answers: { 204: null },
      ifMatch: 'resource-changed',
      refuses: COMMAND_PROBLEMS,
      example: { answers: {} },
    },
    (_input, asked) =>
      forOwner(asked, async ({ scope }) => {
        const { actor, commandId, requestId, guard } = asked;
        const sent = { commandId, actor, correlationId: requestId, data: { scope }, ...guard };
        const cleared = await vault.command('llm.clear-choice', sent);
        return cleared.ok ? ok({ status: 204 }) : cleared;
      }),
  );

const readDefaults = (deps: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'readLlmDefaults',
      method: 'get',
      path: DEFAULTS,
      summary: 'Says which provider and models are used for whoever has chosen none and has no key of their own',
      access: 'admin-read',
      takes: z.object({}),
      answers,
      tells: ['ETag'],
      refuses: QUERY_PROBLEMS,
      example: EXAMPLE,
    },
    (_input, asked) => read(deps, asked, SYSTEM_SCOPE),
  );

const chooseDefaults = (deps: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'chooseLlmDefaults',
      method: 'put',
      path: DEFAULTS,
      summary: 'Chooses the system’s default provider and models; replaces what was chosen',
      access: 'admin-only',
      sends: ['llm.choose'],
      takes: z.object({ body: LlmChoiceBody }),
      answers,
      ifMatch: 'resource-changed',
      refuses: COMMAND_PROBLEMS,
      example: { takes: { body }, ...EXAMPLE },
    },
    (input, asked) => choose(deps, asked, SYSTEM_SCOPE, input.body),
  );

/** What is chosen of language models: by each for themselves, and by admins for everybody. */
export const llmChoiceRoutes = (deps: Deps): Endpoint[] => [
  readPreferences(deps),
  choosePreferences(deps),
  clearPreferences(deps),
  readDefaults(deps),
  chooseDefaults(deps),
];
