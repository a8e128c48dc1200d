/** One change to a source file of the product, made in the memory of a test's process while it loads; the file itself stays as it is. */
export type SourceEdit = {
  /** From the project's root. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly find: string;
  readonly put: string;
};

/** Edits one text. Throws where an edit's place is not there exactly once: the product was changed, and the edit must follow it. */
export const editSource = (text: string, edits: readonly SourceEdit[]): string =>
  edits.reduce((edited, { file, find, put }) => {
    const pieces = edited.split(find);
    if (pieces.length !== 2) throw new Error(`${file} holds ${pieces.length - 1} times, not once: ${find}`);
    return pieces.join(put);
  }, text);
