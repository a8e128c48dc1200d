/** Where each page of a list begins, as far as that is known; the first is the empty one. */
export type Cursors = readonly string[];
export const FIRST_PAGE: Cursors = [''];

/**
 * What a page said of where the next one begins. Where that changed, what was known of the pages behind it is forgotten: they begin
 * elsewhere now. The same cursors come back where nothing is new.
 */
export const withNext = (cursors: Cursors, page: number, next: string | null): Cursors => {
  const known = cursors[page + 1];
  if (next === null) return known === undefined ? cursors : cursors.slice(0, page + 1);
  return known === next ? cursors : [...cursors.slice(0, page + 1), next];
};

/** The pages on which rows `from` to `to` are. */
export const pagesOf = (from: number, to: number, size: number, known: number): readonly number[] => {
  const first = Math.max(0, Math.min(Math.floor(from / size), known - 1));
  const last = Math.max(first, Math.min(Math.floor(to / size), known - 1));
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
};
