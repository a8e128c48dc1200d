import type { Origin } from '@keyturn/contracts';
import type { SourceItem } from '@keyturn/imports';

export type Blanked = { readonly reference: string; readonly blanked: boolean; readonly sentence?: string };

/** Where credentials come from today. */
export interface ImportSource {
  readonly kind: Origin['source'];
  /** Tells it from others of its kind; part of each credential's id, so it must be the same on the next run. */
  readonly name: string;
  readonly issuer: string | null;
  /** Every row, in the same order each time. */
  read(): Promise<readonly SourceItem[]>;
  /** Takes these rows' values away, if they are still the ones that were read; and what a person does next. */
  blank(references: readonly string[]): Promise<{ readonly rows: readonly Blanked[]; readonly next: readonly string[] }>;
  close(): Promise<void>;
}
