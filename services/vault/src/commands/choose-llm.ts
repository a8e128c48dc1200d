import type { Reply } from '@keyturn/contracts';
import type { LlmChoiceView, VaultCommandData } from '@keyturn/contracts/commands';
import { ok, refuse } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { llmFold, streamOf } from '../folds.ts';
import { choiceContent, isChosen } from '../llm/choice.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import { refuseUnlessSeen } from './seen-revision.ts';

/** Chooses for a scope; the same again changes nothing. That there is a key of the provider isn't asked: it may come later. */
export const chooseLlm = async (
  deps: VaultDeps,
  opened: Opened,
  { scope, provider, models }: VaultCommandData<'llm.choose'>,
): Promise<Reply> => {
  const verdict = await deps.log.submit(llmFold, {
    ...jobOf(deps, opened),
    stream: streamOf.llm(scope),
    decide: (state, { now }) => {
      const changed = refuseUnlessSeen(state && choiceContent(state), opened.ifRevision);
      if (changed) return refuse(changed);
      const isSame = isChosen(state, { provider, models });
      const chosen: LlmChoiceView = { provider, models, chosenAt: isSame && state ? state.chosenAt : now };
      return ok({ events: isSame ? [] : [{ type: 'llm.chosen', data: { scope, provider, models } }], verdict: chosen });
    },
  });
  return replyOf(verdict);
};

export const clearLlmChoice = async (deps: VaultDeps, opened: Opened, { scope }: VaultCommandData<'llm.clear-choice'>): Promise<Reply> => {
  const verdict = await deps.log.submit(llmFold, {
    ...jobOf(deps, opened),
    stream: streamOf.llm(scope),
    decide: (state) => {
      const changed = refuseUnlessSeen(state && choiceContent(state), opened.ifRevision);
      if (changed) return refuse(changed);
      return ok({ events: state === null ? [] : [{ type: 'llm.choice-cleared', data: { scope } }], verdict: { scope } });
    },
  });
  return replyOf(verdict);
};
