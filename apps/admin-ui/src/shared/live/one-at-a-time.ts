/**
 * Reads each thing once at a time. What is asked for again meanwhile is read once more afterwards, so the last answer is newer than the
 * last question, and a burst of questions never cancels an answer that is on its way.
 */
export const oneAtATime = (read: (key: string) => Promise<unknown>) => {
  const askedAgain = new Map<string, boolean>();
  return async (key: string): Promise<void> => {
    if (askedAgain.has(key)) {
      askedAgain.set(key, true);
      return;
    }
    try {
      do {
        askedAgain.set(key, false);
        await read(key);
      } while (askedAgain.get(key) === true);
    } finally {
      askedAgain.delete(key);
    }
  };
};
