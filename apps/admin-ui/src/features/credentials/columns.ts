import { useState } from 'react';
import { strings } from '../../strings.ts';

/** The columns beside the credential itself, in the order in which they stand; of them some are shown until somebody chooses. */
export const COLUMNS = ['where', 'secret', 'version', 'generation', 'owner', 'rotated', 'updated', 'created', 'expires', 'state'] as const;
export type Column = (typeof COLUMNS)[number];
const USUAL: readonly Column[] = ['where', 'secret', 'version', 'generation', 'rotated', 'state'];

export const nameOfColumn = (column: Column): string => strings.credentials.columns[column];

const KEY = 'keyturn-columns';

/** What was chosen, out of a text that anybody may have written; null is no choice. */
export const readColumns = (text: string | null): readonly Column[] | null => {
  if (text === null) return null;
  const words = text.split(',');
  return COLUMNS.filter((column) => words.includes(column));
};

/** Which columns this browser shows. Only their names are kept. */
export const useColumns = () => {
  const [chosen, setChosen] = useState(() => readColumns(localStorage.getItem(KEY)));
  const columns = chosen ?? USUAL;
  return {
    columns,
    isUsual: chosen === null,
    toggle: (column: Column): void => {
      const next = COLUMNS.filter((name) => (name === column ? !columns.includes(name) : columns.includes(name)));
      localStorage.setItem(KEY, next.join(','));
      setChosen(next);
    },
    reset: (): void => {
      localStorage.removeItem(KEY);
      setChosen(null);
    },
  };
};
export type ChosenColumns = ReturnType<typeof useColumns>;
