const CODE = /^[A-Za-z0-9_-]{2,40}$/;

/**
 * One word for what went wrong, fit for a report and a log: the error's code (`28P01`, `ECONNREFUSED`), else its name. Never its message:
 * providers quote what they were sent.
 */
export const errorWord = (error: unknown, secrets: readonly string[] = []): string => {
  const safe = (word: unknown): word is string => typeof word === 'string' && CODE.test(word) && !secrets.includes(word);
  if (typeof error !== 'object' || error === null) return 'unnamed';
  if ('code' in error && safe(error.code)) return error.code;
  if ('name' in error && safe(error.name)) return error.name;
  return 'unnamed';
};
