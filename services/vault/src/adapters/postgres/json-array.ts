/**
 * JSON texts as the literal of a Postgres array of text. pg's own way looks through each text twice; JSON's quoting of a text without
 * control characters, which a JSON text never holds, is just what an array literal wants.
 */
export const jsonArray = (texts: readonly string[]): string => `{${texts.map((text) => JSON.stringify(text)).join(',')}}`;
