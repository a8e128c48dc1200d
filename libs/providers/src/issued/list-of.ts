import { z } from 'zod';
import { isOurs } from './handle.ts';

/** What has a name that we gave it. */
export const Marked = z.object({ name: z.string().refine(isOurs) });

/** What was read of a list, and how many entries it had: by these its pages are counted. */
export type ListOf<Item> = { readonly items: readonly Item[]; readonly count: number };

/**
 * A list among whose entries others' may be unlike what we know: these are left out, so that one of them keeps nobody from finding ours. Whatever
 * `needed` takes must be an item, or the list is none.
 */
export const listOf = <Item>(item: z.ZodType<Item>, needed: z.ZodType = Marked): z.ZodType<ListOf<Item>> =>
  z.array(z.unknown()).transform((entries, { addIssue }): ListOf<Item> => {
    const items: Item[] = [];
    for (const entry of entries) {
      const read = item.safeParse(entry);
      if (read.success) items.push(read.data);
      else if (needed.safeParse(entry).success) addIssue('one that is needed is unlike what we know');
    }
    return { items, count: entries.length };
  });
