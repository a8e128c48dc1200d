/** A string somewhere in a JSON text: where it stands, quotes included, and what it says. */
export type JsonString = {
  readonly path: readonly (string | number)[];
  readonly start: number;
  readonly end: number;
  readonly value: string;
};

const SPACE = /\s*/y;
const LITERAL = /[^\s,\]}]+/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;

const behind = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
};
const skipSpace = (text: string, at: number): number => behind(SPACE, text, at);

const parsedString = (text: string, start: number, end: number): string => {
  const value: unknown = JSON.parse(text.slice(start, end));
  return typeof value === 'string' ? value : '';
};

/**
 * Every string that is a value of something in a JSON text which `JSON.parse` took, in its order, those of a name that is given twice too: so
 * that one can be replaced and all else stays as it was written.
 */
export const jsonStrings = (text: string): readonly JsonString[] => {
  const found: JsonString[] = [];

  /** Past the members of an object or a list; `closes` is its last character. */
  const members = (start: number, closes: '}' | ']', member: (at: number, index: number) => number): number => {
    let at = skipSpace(text, start + 1);
    for (let index = 0; text[at] !== closes; index += 1) {
      at = skipSpace(text, member(at, index));
      if (text[at] === ',') at = skipSpace(text, at + 1);
    }
    return at + 1;
  };
  const past = (at: number, path: JsonString['path']): number => {
    if (text[at] === '{') {
      return members(at, '}', (start) => {
        const end = behind(STRING, text, start);
        const colon = skipSpace(text, end);
        return past(skipSpace(text, colon + 1), [...path, parsedString(text, start, end)]);
      });
    }
    if (text[at] === '[') return members(at, ']', (start, index) => past(start, [...path, index]));
    if (text[at] !== '"') return behind(LITERAL, text, at);
    const end = behind(STRING, text, at);
    found.push({ path, start: at, end, value: parsedString(text, at, end) });
    return end;
  };

  past(skipSpace(text, 0), []);
  return found;
};
