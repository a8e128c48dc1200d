import type { Origin } from '@keyturn/contracts';
import type { SourceItem } from '@keyturn/imports';

/** What became of one value that was to go; `sentence`: what a person should know of it, and always why it stayed. */
export type TakenAway = { readonly reference: string; readonly done: boolean; readonly sentence?: string };

/** Where credentials come from today. */
export interface ImportSource {
  readonly kind: Origin['source'];
  /** Tells it from others of its kind; part of each credential's id, so it must be the same on the next run. */
  readonly name: string;
  readonly issuer: string | null;
  /**
   * Every row, some at a time and in the same order each time; read twice, first to plan. What a page held is forgotten with the next one, so
   * memory doesn't grow with the source.
   */
  pages(): AsyncIterable<readonly SourceItem[]>;
  /** Blanks values of the page that was read last where they are, if they are still the ones that were read; and what a person does next. */
  retire(references: readonly string[]): Promise<{ readonly rows: readonly TakenAway[]; readonly next: readonly string[] }>;
  close(): Promise<void>;
}

/** A source that fits into memory: a file that somebody wrote. */
export async function* onePage(items: readonly SourceItem[]): AsyncGenerator<readonly SourceItem[]> {
  yield await Promise.resolve(items);
}
