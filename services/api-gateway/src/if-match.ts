import { type Result, ok, refuse } from '@keyturn/kernel';

const TAG = /^"([^"]{1,100})"$/;

/** The header as an answer's `ETag` and a request's `If-Match` have it. */
export const etagOf = (revision: string): string => `"${revision}"`;

/** The revision on which a write was decided; null where the caller says that any will do. */
export const revisionFrom = (header: string | undefined): Result<string | null, 'if-match-invalid' | 'if-match-missing'> => {
  if (header === undefined) return refuse('if-match-missing');
  if (header.trim() === '*') return ok(null);
  const revision = TAG.exec(header.trim())?.[1];
  return revision === undefined ? refuse('if-match-invalid') : ok(revision);
};
