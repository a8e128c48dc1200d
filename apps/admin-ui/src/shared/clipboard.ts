const CLEAR_AFTER_MS = 30_000;

/** A page that isn't looked at may not write to the clipboard: then it does as soon as it is looked at again. */
const clear = async (): Promise<void> => {
  try {
    await navigator.clipboard.writeText('');
  } catch {
    addEventListener('focus', () => void clear(), { once: true });
  }
};

/** Copies, and clears the clipboard again after half a minute, even if what offered the copy is gone by then. */
export const copyForAWhile = async (value: string): Promise<void> => {
  await navigator.clipboard.writeText(value);
  setTimeout(() => void clear(), CLEAR_AFTER_MS);
};
