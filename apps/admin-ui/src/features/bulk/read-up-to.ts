/** The most that one page has. */
const PAGE = 500;

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null };

/** Reads page after page from the first on, until there are so many or no more. */
export const readUpTo = async <Item>(
  most: number,
  read: (limit: number, cursor: string | null) => Promise<Page<Item>>,
  known: readonly Item[] = [],
  cursor: string | null = null,
): Promise<readonly Item[]> => {
  const { items, nextCursor } = await read(Math.min(most - known.length, PAGE), cursor);
  const all = [...known, ...items];
  return nextCursor === null || all.length >= most ? all : readUpTo(most, read, all, nextCursor);
};
