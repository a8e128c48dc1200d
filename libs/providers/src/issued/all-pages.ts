import { ok, refuse, type Result } from '@keyturn/kernel';
import type { ProviderRefusal } from '../refusal.ts';
import { unreachable } from './issuer-calls.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

/** What one page adds, and from where on the next one is; null after the last. */
export type ListedPage<Item, From> = { readonly items: readonly Item[]; readonly next: From | null };

/** Some ten thousand of a list: who has more pages than that has no end of them. */
export const MOST_PAGES = 200;

/** All of a list, page by page, from `first` on. One that doesn't end is no list: nothing is claimed of what is in it. */
export const readAllPages = async <Item, From>(
  provider: string,
  first: From,
  readPage: (from: From) => Outcome<ListedPage<Item, From>>,
): Outcome<readonly Item[]> => {
  const all: Item[] = [];
  let from = first;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const page = await readPage(from);
    if (!page.ok) return page;
    all.push(...page.value.items);
    if (page.value.next === null) return ok(all);
    from = page.value.next;
  }
  return refuse(unreachable(`A list of ${provider} doesn't end within ${MOST_PAGES} pages, and isn't read any further.`));
};
