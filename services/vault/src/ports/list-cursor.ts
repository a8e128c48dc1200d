import type { ListCredentials } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { isStorable } from '../storable.ts';

type Ordered = Pick<ListCredentials, 'sort' | 'order'>;

/** The row behind which a page begins: its value in the column that is sorted by, and its address. */
export type Place = { readonly key: string; readonly address: string };

const Cursor = z.tuple([z.string(), z.string(), z.string(), z.string()]);

/** Tells nobody anything: it goes on where a page ended, in its order. */
export const writeCursor = ({ sort, order }: Ordered, { key, address }: Place): string =>
  Buffer.from(JSON.stringify([sort, order, key, address])).toString('base64url');

const parsed = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null; // no JSON is none of ours
  }
};

/** Where the page begins; null: at the first row. Refused is what `writeCursor` didn't write for the same order. */
export const readCursor = ({ sort, order, cursor }: Ordered & Pick<ListCredentials, 'cursor'>): Result<Place | null, 'cursor-not-ours'> => {
  if (cursor === undefined) return ok(null);
  const written = Cursor.safeParse(parsed(cursor));
  if (!written.success || !isStorable(written.data)) return refuse('cursor-not-ours');
  const [ofSort, ofOrder, key, address] = written.data;
  return ofSort === sort && ofOrder === order ? ok({ key, address }) : refuse('cursor-not-ours');
};
