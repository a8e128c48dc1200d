import { isLlmProvider, LLM_PROVIDERS, type LlmProviderId } from '@keyturn/contracts';
import type { LlmConfig } from '@keyturn/contracts/commands';
import type { LlmChosen } from './choice.ts';

/** One place to look for a key. `own`: only among the person's own keys; `any`: the system's too, after theirs. */
export type Place = { readonly provider: LlmProviderId; readonly whose: 'own' | 'any'; readonly chosenBy: LlmConfig['chosenBy'] };

type Wishes = {
  /** The provider that was asked for. */
  readonly asked: LlmProviderId | undefined;
  readonly preference: LlmChosen | null;
  readonly defaults: LlmChosen | null;
};

const PROVIDERS = Object.values(LLM_PROVIDERS).map(({ id }) => id);

const providerOf = (choice: LlmChosen | null): LlmProviderId[] =>
  choice?.provider !== undefined && choice.provider !== null && isLlmProvider(choice.provider) ? [choice.provider] : [];

/**
 * Where to look for a key, the best place first: what was asked for and nothing else; or the person's preference, then any key of their own
 * (first of the system's default provider), then the system's default.
 */
export const searchOrder = ({ asked, preference, defaults }: Wishes): readonly Place[] => {
  if (asked !== undefined) return [{ provider: asked, whose: 'any', chosenBy: 'request' }];
  const preferred = providerOf(preference);
  const usual = providerOf(defaults);
  const own = [...new Set([...usual, ...PROVIDERS])];
  return [
    ...preferred.map((provider): Place => ({ provider, whose: 'any', chosenBy: 'preference' })),
    ...own.map((provider): Place => ({ provider, whose: 'own', chosenBy: 'own-key' })),
    ...usual.map((provider): Place => ({ provider, whose: 'any', chosenBy: 'default' })),
  ];
};

/** The model that was asked for, else the person's for the provider, else the system's. */
export const modelFor = (
  provider: LlmProviderId,
  asked: string | undefined,
  { preference, defaults }: Omit<Wishes, 'asked'>,
): string | null => asked ?? preference?.models[provider] ?? defaults?.models[provider] ?? null;
