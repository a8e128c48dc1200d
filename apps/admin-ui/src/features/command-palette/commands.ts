/** Something that the palette offers. */
export type Command = {
  readonly id: string;
  readonly group: 'actions' | 'pages' | 'credentials';
  readonly label: string;
  readonly hint?: string;
  readonly run: () => void;
};

/** All words that were typed stand in it, in any order. */
export const isMeant = ({ label }: Pick<Command, 'label'>, typed: string): boolean =>
  typed
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => label.toLowerCase().includes(word));

/** The place after a key was pressed; round and round. */
export const moved = (at: number, key: string, count: number): number => {
  if (count === 0) return 0;
  if (key === 'ArrowDown') return (at + 1) % count;
  return key === 'ArrowUp' ? (at - 1 + count) % count : at;
};
