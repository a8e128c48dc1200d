import { LlmChoiceAnswer, LlmConfigAnswer } from '@keyturn/contracts/api';
import type { LlmChoiceBody } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { ApiProblem } from '../../shared/api/api-problem.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, getRevised, write } from '../../shared/api/request.ts';

/** Whose choice: one's own, or the system's for everybody. */
export type ChoiceOf = 'own' | 'system';

const PATHS: Readonly<Record<ChoiceOf, string>> = { own: '/api/v1/llm/preferences', system: '/api/v1/admin/llm/defaults' };
const LEVEL_MS = 30_000;
/** What is chosen, as somebody saw it who changes it. */
export type RevisedChoice = LlmChoiceAnswer & { readonly revision: string };
const root = 'llm-choice';

export const llmChoiceQueries = {
  all: [root] as const,
  of: (whose: ChoiceOf) =>
    queryOptions({
      queryKey: [root, whose] as const,
      queryFn: ({ signal }): Promise<RevisedChoice> => getRevised(PATHS[whose], LlmChoiceAnswer, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
  /** What is used for the person now; null where they have no key at all. */
  used: () =>
    queryOptions({
      queryKey: [root, 'used'] as const,
      queryFn: async ({ signal }): Promise<LlmConfigAnswer | null> => {
        try {
          return await get('/api/v1/llm/config', LlmConfigAnswer, { signal });
        } catch (error) {
          if (error instanceof ApiProblem && error.problem.code === 'llm-unconfigured') return null;
          throw error;
        }
      },
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
};

type Choice = { readonly body: LlmChoiceBody; readonly revision: string; readonly idempotencyKey: string };

export const chooseLlm = (whose: ChoiceOf, choice: Choice): Promise<LlmChoiceAnswer> => write('PUT', PATHS[whose], choice, LlmChoiceAnswer);
