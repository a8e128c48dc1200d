// Arrays as the literals that Postgres reads. pg writes each element with two replacements over it, though hardly any has a sign to escape.

/**
 * JSON texts as the literal of an array of text. JSON's quoting of a text without control characters, which a JSON text never holds, is just
 * what an array literal wants.
 */
export const jsonArray = (texts: readonly string[]): string => `{${texts.map((text) => JSON.stringify(text)).join(',')}}`;

const quoted = (text: string): string => (/["\\]/u.test(text) ? `"${text.replaceAll(/["\\]/gu, String.raw`\$&`)}"` : `"${text}"`);

/** Any texts as the literal of an array of text, or of whatever is written as one. */
export const textArray = (texts: readonly (string | null)[]): string =>
  `{${texts.map((text) => (text === null ? 'NULL' : quoted(text))).join(',')}}`;

/** The same of integers. */
export const intArray = (integers: readonly (number | null)[]): string => `{${integers.map((integer) => integer ?? 'NULL').join(',')}}`;
