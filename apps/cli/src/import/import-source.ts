import type { Origin } from '@keyturn/contracts';
import type { SourceItem } from '@keyturn/imports';

export type Blanked = { readonly reference: string; readonly blanked: boolean; readonly sentence?: string };

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
  /** Takes values of the page that was read last away, if they are still the ones that were read; and what a person does next. */
  blank(references: readonly string[]): Promise<{ readonly rows: readonly Blanked[]; readonly next: readonly string[] }>;
  close(): Promise<void>;
}

/** A source that fits into memory: a file that somebody wrote. */
export async function* onePage(items: readonly SourceItem[]): AsyncGenerator<readonly SourceItem[]> {
  yield await Promise.resolve(items);
}
