import { isUnread } from '../api/read-again-in.ts';

type Read = { readonly state: { readonly data: unknown; readonly error: unknown } };

/**
 * Whether what an event touched is read anew. What never had an answer is read elsewhere, as soon as somebody is there (`askAgain`): read here,
 * it would be "reading" and "unanswered" in turn.
 */
export const isReadAnew = ({ state }: Read): boolean => !isUnread(state);

/** Whether it is read without an event, again and again: what was refused would be "reading" and "refused" in turn, too. */
export const isPolled = ({ state: { data, error } }: Read): boolean => data !== undefined || error === null;
