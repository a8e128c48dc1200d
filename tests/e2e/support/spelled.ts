const ALIGNMENTS = [0, 1, 2] as const;

/** The characters of base64 that are the same whatever stands before (`alignment` bytes, and any number of threes) and after. */
const base64Core = (plain: Buffer, alignment: number): string => {
  const shifted = Buffer.concat([Buffer.alloc(alignment), plain]).toString('base64');
  return shifted.slice(Math.ceil((8 * alignment) / 6), Math.floor((8 * (alignment + plain.length)) / 6));
};

/** How a secret may be spelled in a request: raw, as JSON or a form has it, in hex, in base64 and base64url at every alignment. */
export const spellingsOf = (secret: string): readonly string[] => {
  const plain = Buffer.from(secret);
  const hex = plain.toString('hex');
  const base64 = ALIGNMENTS.map((alignment) => base64Core(plain, alignment));
  const base64url = base64.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), hex, hex.toUpperCase(), ...base64, ...base64url];
};

/** Which of the secrets are in the text, in any spelling. */
export const spelledIn = (text: string, secrets: readonly string[]): readonly string[] =>
  secrets.filter((secret) => spellingsOf(secret).some((spelling) => text.includes(spelling)));
