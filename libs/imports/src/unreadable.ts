import type { Unreadable } from './fernet/open-stored-token.ts';
import type { UnreadableRow } from './source-item.ts';

const SENTENCES: Readonly<Record<Unreadable, string>> = {
  corrupt: 'The token is damaged: its signature does not fit what it holds.',
  'wrong-key': 'None of the given keys opens the token; it was made with another one.',
  'no-key': 'The value is a Fernet token, and no key was given.',
  'not-text': 'The token opens, but holds no text.',
};

/** The row of a token that could not be read. */
export const unreadable = (reference: string, why: Unreadable): UnreadableRow => ({ kind: why, reference, sentence: SENTENCES[why] });
