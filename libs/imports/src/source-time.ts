const NAIVE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?$/;

/**
 * A point in time as the source wrote it, as ISO 8601 in UTC, to the millisecond. Without a zone it is taken as UTC: that is what the older
 * systems wrote. Undefined where it is no time.
 */
export const sourceTime = (text: unknown): string | undefined => {
  if (typeof text !== 'string' || text === '') return undefined;
  const time = new Date(NAIVE.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
};
