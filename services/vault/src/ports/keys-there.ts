import type { KekTable } from './kek-table.ts';
import type { KeyTable } from './key-table.ts';

/** What a database says of its keys, as far as a start looks at it before it writes anything. */
export type KeysThere = { readonly keys: Pick<KeyTable, 'identity' | 'missingDeks'>; readonly keks: Pick<KekTable, 'uses' | 'active'> };
