import type { LlmEvent } from '@keyturn/contracts/events';

/** What is chosen in one scope; models by provider. */
export type LlmChosen = {
  readonly provider: string | null;
  readonly models: Readonly<Record<string, string>>;
  readonly chosenAt: string;
};

export const evolveLlm = ({ type, data }: LlmEvent, at: string): LlmChosen | null => {
  switch (type) {
    case 'llm.chosen':
      return { provider: data.provider, models: data.models, chosenAt: at };
    case 'llm.choice-cleared':
      return null;
  }
};

/** What is chosen, whenever that was. */
export const choiceContent = ({ provider, models }: LlmChosen) => ({ provider, models });

type Models = LlmChosen['models'];

const isSame = (some: Models, others: Models): boolean =>
  Object.keys(some).length === Object.keys(others).length && Object.entries(some).every(([provider, model]) => others[provider] === model);

/** The same choice again changes nothing. */
export const isChosen = (state: LlmChosen | null, wanted: Omit<LlmChosen, 'chosenAt'>): boolean =>
  state !== null && state.provider === wanted.provider && isSame(state.models, wanted.models);
