/** Postgres keeps no NUL in JSON, and RFC 8785 no lone surrogate: told at once, instead of as a database that seems to be down. */
export const isStorable = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, held]) => isStorable(name) && isStorable(held));
};
