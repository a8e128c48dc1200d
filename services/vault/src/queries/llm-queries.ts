import { LlmChoice, type LlmChoiceView } from '@keyturn/contracts/commands';
import type { VaultDeps } from '../deps.ts';
import { llmFold, streamOf } from '../folds.ts';

export const llmChoiceOf = async (deps: VaultDeps, { scope }: { readonly scope: string }): Promise<LlmChoiceView> => {
  const chosen = await deps.log.state(llmFold, streamOf.llm(scope));
  return chosen ? { ...LlmChoice.parse(chosen), chosenAt: chosen.chosenAt } : { provider: null, models: {}, chosenAt: null };
};
