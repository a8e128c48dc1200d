import { hashOf } from '@keyturn/provider-simulators';

const WORD = /[\w-]{16,}/gu;
const BASE64 = /[\w+/-]{22,}/gu;

const wordsOf = (text: string): string[] => [
  ...(text.match(WORD) ?? []),
  ...(text.match(BASE64) ?? []).map((word) => Buffer.from(word, 'base64').toString('utf8')),
];

/** Whether a value of which only the SHA-256 is known stands in a text, as a word of its own or in base64. */
export const holdsValue = (text: string, hashes: ReadonlySet<string>): boolean =>
  [...new Set(wordsOf(text))].some((word) => hashes.has(hashOf(word)));
