/** One token of JSON: a string, with the colon after it where it is a name, or a bracket. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/gu;

/**
 * Whether an object of this JSON says something twice. Readers differ in which they believe, so what one of them checked is not what another
 * goes by. The text must be JSON.
 */
export const hasDuplicateNames = (text: string): boolean => {
  const open: Set<unknown>[] = [];
  for (const [token, quoted, colon] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (quoted !== undefined && colon !== undefined) {
      const name: unknown = JSON.parse(quoted); // `"s\u0075b"` is `"sub"`
      const names = open.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
};
