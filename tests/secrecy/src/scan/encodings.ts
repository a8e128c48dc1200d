/** One way in which a secret may lie somewhere, as the bytes to look for. */
export type Spelling = { readonly encoding: string; readonly bytes: Uint8Array };

/** A text is also looked for as a text is escaped; raw bytes, a key's, only in encodings of bytes. */
export type Plaintext = string | Uint8Array;

const ALIGNMENTS = [0, 1, 2] as const;

/** All the spellings that are looked for, each sequence of bytes once. */
export const spellingsOf = (plaintext: Plaintext): Spelling[] =>
  typeof plaintext === 'string' ? distinct([...ofBytes(Buffer.from(plaintext)), ...ofText(plaintext)]) : distinct(ofBytes(plaintext));

const ofBytes = (plain: Uint8Array): Spelling[] => {
  const hex = Buffer.from(plain).toString('hex');
  return [
    { encoding: 'raw', bytes: plain },
    { encoding: 'hex', bytes: Buffer.from(hex) },
    { encoding: 'upper-case hex', bytes: Buffer.from(hex.toUpperCase()) },
    ...ALIGNMENTS.flatMap((alignment) => {
      const core = base64Core(plain, alignment);
      return [
        { encoding: `base64 at ${alignment}`, bytes: Buffer.from(core) },
        { encoding: `base64url at ${alignment}`, bytes: Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_')) },
      ];
    }),
  ];
};

/** The characters that come out the same whatever stands before and after: `alignment` bytes, and any number of them. */
const base64Core = (plain: Uint8Array, alignment: number): string => {
  const shifted = Buffer.concat([Buffer.alloc(alignment), plain]).toString('base64');
  return shifted.slice(Math.ceil((8 * alignment) / 6), Math.floor((8 * (alignment + plain.length)) / 6));
};

const ofText = (text: string): Spelling[] =>
  Object.entries(TEXT_ENCODINGS).map(([encoding, encode]) => ({ encoding, bytes: Buffer.from(encode(text)) }));

const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const codeUnit = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const lowerCaseEscapes = (url: string): string => url.replaceAll(/%[0-9A-F]{2}/gu, (escape) => escape.toLowerCase());

const TEXT_ENCODINGS: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  'UTF-16LE': (text) => Buffer.from(text, 'utf16le'),
  URL: encodeURIComponent,
  'lower-case URL': (text) => lowerCaseEscapes(encodeURIComponent(text)),
  form: (text) => new URLSearchParams({ '': text }).toString().slice(1),
  JSON: json,
  'JSON in JSON': (text) => json(json(text)),
  'JSON with escaped slashes': (text) => json(text).replaceAll('/', String.raw`\/`),
  'ASCII-only JSON': (text) => json(text).replaceAll(/[^ -~]/gu, codeUnit),
  'HTML-safe JSON': (text) => json(text).replaceAll(/[<>&]/gu, codeUnit),
  'SQL literal': (text) => text.replaceAll("'", "''"),
  'SQL escape literal': (text) => text.replaceAll('\\', '\\\\').replaceAll("'", "''"),
  'SQL row': (text) => text.replaceAll('\\', '\\\\').replaceAll('"', '""'),
};

const distinct = (spellings: readonly Spelling[]): Spelling[] => {
  const known = new Map<string, Spelling>();
  for (const spelling of spellings) {
    const key = Buffer.from(spelling.bytes).toString('latin1');
    if (!known.has(key)) known.set(key, spelling);
  }
  return [...known.values()];
};
