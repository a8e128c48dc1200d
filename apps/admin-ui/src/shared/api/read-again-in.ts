import { isUnanswered } from './problem-message.ts';

type State = { readonly data: unknown; readonly error: unknown };

/** Never had an answer, because nobody was there to give one. It is read once somebody is (`askAgain`). */
export const isUnread = ({ data, error }: State): boolean => data === undefined && isUnanswered(error);

/**
 * A query's `refetchInterval`: so many milliseconds, but never for what is unread: asked in vain again and again, it would say in turn that nobody
 * answers and that it is being read.
 */
export const readAgainIn = (state: State, ms: number): number | false => (isUnread(state) ? false : ms);
