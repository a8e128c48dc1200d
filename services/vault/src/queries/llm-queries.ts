import { LlmChoice, type LlmChoiceRead, type LlmConfig } from '@keyturn/contracts/commands';
import type { VaultQueryInput } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, type Result } from '@keyturn/kernel';
import { revisionOfContent } from '../commands/seen-revision.ts';
import type { VaultDeps } from '../deps.ts';
import { llmFold, streamOf } from '../folds.ts';
import { choiceContent } from '../llm/choice.ts';
import { configureLlm } from '../llm/configure.ts';

export const llmChoiceOf = async (deps: VaultDeps, { scope }: { readonly scope: string }): Promise<LlmChoiceRead> => {
  const chosen = await deps.log.state(llmFold, streamOf.llm(scope));
  const revision = revisionOfContent(chosen && choiceContent(chosen));
  return chosen
    ? { ...LlmChoice.parse(chosen), chosenAt: chosen.chosenAt, revision }
    : { provider: null, models: {}, chosenAt: null, revision };
};

export const llmConfigOf = async (
  deps: VaultDeps,
  { scope, ...wanted }: VaultQueryInput<'llm.config'>,
): Promise<Result<LlmConfig, Refusal>> => {
  const configured = await configureLlm(deps, scope, wanted);
  return configured.ok ? ok(configured.value.config) : configured;
};
