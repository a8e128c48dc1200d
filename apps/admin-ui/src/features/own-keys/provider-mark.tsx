import { isLlmProvider, LLM_PROVIDERS } from '@keyturn/contracts';
import { Mark } from '../../shared/state/mark.tsx';

/** The tile of a provider of language models, also of one that this page doesn't know yet. */
export const ProviderMark = ({ provider, isSmall = false }: { readonly provider: string; readonly isSmall?: boolean }) => (
  <Mark icon={isLlmProvider(provider) ? LLM_PROVIDERS[provider].icon : 'plug'} size={isSmall ? 'small' : 'large'} />
);
