import { useState } from 'react';

export type Selected = { readonly credentialId: string; readonly address: string };
/** What is selected, by id, in the order in which it was. */
export type Selection = ReadonlyMap<string, string>;
export const NOTHING: Selection = new Map();

/** `rows` are selected; one row that is selected already is so no more. */
export const toggled = (selection: Selection, rows: readonly Selected[]): Selection => {
  const [only] = rows;
  const next = new Map(selection);
  if (rows.length === 1 && only !== undefined && next.delete(only.credentialId)) return next;
  for (const { credentialId, address } of rows) next.set(credentialId, address);
  return next;
};

/** The rows that are selected, whatever is searched for meanwhile. */
export const useSelection = () => {
  const [selection, setSelection] = useState(NOTHING);
  /** Where a range would begin. */
  const [anchor, setAnchor] = useState<number | null>(null);
  return {
    selection,
    isSelected: (credentialId: string): boolean => selection.has(credentialId),
    /** `between`: the rows from one place to another, as far as they are read. */
    select: (row: Selected, index: number, isRange: boolean, between: (from: number, to: number) => readonly Selected[]): void => {
      const rows = isRange && anchor !== null ? between(Math.min(anchor, index), Math.max(anchor, index)) : [row];
      setSelection((known) => toggled(known, rows));
      setAnchor(index);
    },
    /** These are selected no more. */
    forget: (ids: readonly string[]): void => setSelection((known) => new Map([...known].filter(([id]) => !ids.includes(id)))),
    clear: (): void => {
      setSelection(NOTHING);
      setAnchor(null);
    },
  };
};
export type Selecting = ReturnType<typeof useSelection>;
