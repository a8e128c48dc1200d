import { type Format, membersIn, openMember, TASTE_BYTES } from './compressed.ts';
import { type Plaintext, spellingsOf } from './encodings.ts';
import { type Finder, finderOf } from './finder.ts';

/** Something that must not be found, or a control that must; `label` stands for it in reports. */
export type Secret = { readonly label: string; readonly plaintext: Plaintext };

/** Where a secret was found. It names the secret, and never holds it. */
export type Finding = {
  readonly label: string;
  readonly encoding: string;
  /** In the file, or in what the member holds. */
  readonly offset: number;
  /** Where it stood inside of something compressed. */
  readonly inside?: { readonly format: Format; readonly offset: number };
};

type Spelt = { readonly label: string; readonly encoding: string };
export type SecretFinder = Finder<Spelt>;

/** Bytes that can be read more than once, from anywhere: what is compressed is opened at its own beginning. */
export type Source = { readonly read: (from: number) => AsyncIterable<Uint8Array> };

/** Makes ready to look for every spelling of all these. Two secrets with one spelling are both found. */
export const lookFor = (secrets: readonly Secret[]): SecretFinder =>
  finderOf(
    secrets.flatMap(({ label, plaintext }) => spellingsOf(plaintext).map(({ encoding, bytes }) => ({ bytes, of: { label, encoding } }))),
  );

/** Looks through a source piece by piece, and one level deep into what is compressed in it. */
export const scan = async (source: Source, finder: SecretFinder): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const stretches = overlapping(Math.max(finder.overlap, TASTE_BYTES));
  const look = async (piece: Uint8Array | null): Promise<void> => {
    const { bytes, base, fresh, settled } = stretches(piece);
    finder.find(bytes, (spelt, offset) => void findings.push({ ...spelt, offset: base + offset }), fresh);
    for (const member of membersIn(bytes, settled.from, settled.until)) {
      const inside = { format: member.format, offset: base + member.offset };
      findings.push(...(await scanMember(source.read(base + member.bodyAt), finder, inside)));
    }
  };
  for await (const piece of source.read(0)) await look(piece);
  await look(null);
  return findings;
};

type Inside = NonNullable<Finding['inside']>;

/** So much of a member is opened at most. */
const MOST_OF_A_MEMBER = 16 * 1024 * 1024;

const scanMember = async (body: AsyncIterable<Uint8Array>, finder: SecretFinder, inside: Inside): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const opened = openMember(inside.format, await beginningOf(body));
  finder.find(opened, (spelt, offset) => void findings.push({ ...spelt, offset, inside }));
  return findings;
};

const beginningOf = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const beginning: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    beginning.push(piece);
    bytes += piece.length;
    if (bytes >= MOST_OF_A_MEMBER) break;
  }
  return Buffer.concat(beginning);
};

type Stretch = {
  readonly bytes: Uint8Array;
  /** Where the stretch begins in the whole. */
  readonly base: number;
  /** From here on nobody has seen it. */
  readonly fresh: number;
  /** What has enough bytes after it, now for the first time. */
  readonly settled: { readonly from: number; readonly until: number };
};

/** Joins each piece to the end of those before it, so that nothing is cut in two; null says that there are no more. */
const overlapping = (overlap: number): ((piece: Uint8Array | null) => Stretch) => {
  let tail: Uint8Array = new Uint8Array();
  let tailAt = 0;
  let settledUntil = 0;
  return (piece) => {
    const bytes = piece === null ? tail : tail.length === 0 ? piece : Buffer.concat([tail, piece]);
    const base = tailAt;
    const from = settledUntil;
    settledUntil = piece === null ? base + bytes.length : Math.max(from, base + bytes.length - overlap);
    const fresh = tail.length;
    tail = bytes.subarray(Math.max(0, bytes.length - overlap));
    tailAt = base + bytes.length - tail.length;
    return { bytes, base, fresh, settled: { from: from - base, until: settledUntil - base } };
  };
};
