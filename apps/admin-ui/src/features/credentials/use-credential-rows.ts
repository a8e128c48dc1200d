import type { CredentialList, CredentialSummary } from '@keyturn/contracts/api';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import type { VirtualItem } from '@tanstack/react-virtual';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { credentialQueries, PAGE } from './credential-queries.ts';
import { FIRST_PAGE, pagesOf, withNext } from './page-cursors.ts';
import type { Cursors } from './page-cursors.ts';

const ROW_HEIGHT = 67;
const OVERSCAN = 12;

/** How far a list was read and how high its rows were, so that coming back finds it where it was left. */
type Place = { readonly cursors: Cursors; readonly rows: number; readonly measured: VirtualItem[] };
const places = new Map<string, Place>();
const MOST_PLACES = 20;

const keepPlace = (key: string, place: Place): void => {
  places.delete(key);
  places.set(key, place);
  const [oldest] = places.keys();
  if (places.size > MOST_PLACES && oldest !== undefined) places.delete(oldest);
};

export type CredentialRows = {
  readonly table: RefObject<HTMLTableElement | null>;
  readonly count: number;
  /** The rows in sight, and some around them; one that isn't read yet is null. */
  readonly shown: ReadonlyArray<{ readonly index: number; readonly credential: CredentialSummary | null }>;
  readonly above: number;
  readonly below: number;
  /** The rows from one place to another, as far as they are read. */
  readonly between: (from: number, to: number) => readonly CredentialSummary[];
  readonly measure: (row: HTMLTableRowElement | null) => void;
};

type Known = Pick<Place, 'cursors' | 'rows'>;

/** How far the list is known once a page of it was read. */
const knownAfter = ({ cursors, rows }: Known, page: number, { items, nextCursor }: CredentialList): Known => {
  const end = page * PAGE + items.length;
  return { cursors: withNext(cursors, page, nextCursor), rows: nextCursor === null ? end : Math.max(rows, end) };
};

/**
 * The rows of a list of any length: only those in sight are drawn, and only their pages are read and kept true. Pages are found by cursors,
 * so each is known once the one before it was read. Mounted anew for each query.
 */
export const useCredentialRows = (query: Readonly<Record<string, string>>): CredentialRows => {
  const key = JSON.stringify(query);
  const [before] = useState(() => places.get(key));
  const [cursors, setCursors] = useState<Cursors>(before?.cursors ?? FIRST_PAGE);
  const [rows, setRows] = useState(before?.rows ?? 0);
  const table = useRef<HTMLTableElement>(null);
  const [top, setTop] = useState(0);
  // Its functions are new at each render, which only a compiler that memoizes would mind; there is none.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count: rows,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: top,
    ...(before === undefined ? {} : { initialMeasurementsCache: before.measured }),
  });
  const items = virtual.getVirtualItems();
  const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  const wanted = pagesOf(from, to + OVERSCAN, PAGE, cursors.length);
  const pages = useQueries({ queries: wanted.map((page) => credentialQueries.page(query, cursors[page] ?? '')) });

  useLayoutEffect(() => setTop(table.current === null ? 0 : table.current.getBoundingClientRect().top + window.scrollY), [rows]);
  useEffect(() => {
    let known: Known = { cursors, rows };
    for (const [index, { data }] of pages.entries()) {
      const page = wanted[index];
      if (data !== undefined && page !== undefined) known = knownAfter(known, page, data);
    }
    // Each frame of a scroll comes here, and nearly none has news.
    if (known.cursors !== cursors) setCursors(known.cursors);
    if (known.rows !== rows) setRows(known.rows);
  }, [pages, wanted, cursors, rows]);
  const measured = virtual.measurementsCache;
  useEffect(() => keepPlace(key, { cursors, rows, measured }));

  const client = useQueryClient();
  const between = (first: number, last: number): readonly CredentialSummary[] =>
    pagesOf(first, last, PAGE, cursors.length).flatMap((page) => {
      const items = client.getQueryData(credentialQueries.page(query, cursors[page] ?? '').queryKey)?.items ?? [];
      return items.filter((_item, at) => page * PAGE + at >= first && page * PAGE + at <= last);
    });
  const read = new Map(wanted.map((page, index) => [page, pages[index]?.data?.items]));
  return {
    table,
    count: rows,
    shown: items.map(({ index }) => ({ index, credential: read.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null })),
    above: (items[0]?.start ?? top) - top,
    below: virtual.getTotalSize() - (items.at(-1)?.end ?? top) + top,
    between,
    measure: virtual.measureElement,
  };
};
