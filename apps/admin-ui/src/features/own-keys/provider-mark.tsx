import { IconPlug } from '@tabler/icons-react';
import classes from './provider-mark.module.css';

/** Letters of our own: no provider's sign. */
const LETTERS: Readonly<Record<string, string>> = { openai: 'O', anthropic: 'A', huggingface: 'H', cohere: 'C', replicate: 'R' };

/** A provider's tile, in its colour; a picture beside its name. */
export const ProviderMark = ({ provider, isSmall = false }: { readonly provider: string; readonly isSmall?: boolean }) => {
  const letters = LETTERS[provider];
  return (
    <span className={`${classes['mark']} ${isSmall ? classes['small'] : ''}`} data-provider={provider} data-letters={letters} aria-hidden>
      {letters === undefined && <IconPlug size={isSmall ? 16 : 20} />}
    </span>
  );
};
