/** The day of an instant, in the reader's own format. */
export const dateOf = (time: number): string => new Date(time).toLocaleDateString(undefined, { dateStyle: 'long' });
