import { EventMeta, KekId, type Recorded } from '@keyturn/contracts/events';
import { z } from 'zod';
import { BackupUnfit } from './backup-unfit.ts';

// A backup is NDJSON inside an age file (docs/key-ring.md): a header, sections in the order of SECTIONS, a trailer.

export const FORMAT = 'keyturn-backup';
/** Since 2 there are rows of `api_token_uses`; one of 1 is read as well. */
export const FORMAT_VERSION = 2;
const FormatVersion = z.union([z.literal(1), z.literal(FORMAT_VERSION)]);

/** What is copied as it is: it can't be told from the log, or not all of it, and nothing in it is a key. */
export const COPIED_TABLES = ['commands', 'kek_wraps', 'leases', 'lease_holds', 'lease_endings', 'api_token_uses'] as const;

const Head = z.object({ position: z.int().nonnegative(), hash: z.string() });

export const Header = z.object({
  kind: z.literal('header'),
  format: z.literal(FORMAT),
  formatVersion: FormatVersion,
  createdAt: z.iso.datetime(),
  incarnation: z.int().positive(),
  head: Head,
});
export type Header = z.infer<typeof Header>;

const Base64 = z.string().transform((text) => Buffer.from(text, 'base64'));
const Wrapped = { kekId: KekId, wrapped: Base64 };

const EventLine = z.object({
  kind: z.literal('event'),
  position: z.int().positive(),
  stream: z.string(),
  version: z.int().positive(),
  type: z.string(),
  data: z.string(),
  meta: z.string(),
  recordedAt: z.string(),
  sealed: Base64.nullable(),
  sealedHash: z.string().nullable(),
  prevHash: z.string(),
  hash: z.string(),
});
export type EventLine = z.infer<typeof EventLine>;

export const BackupLine = z.discriminatedUnion('kind', [
  Header,
  z.object({ kind: z.literal('kek'), id: KekId, key: Base64 }),
  z.object({ kind: z.literal('identity'), publicKey: Base64, createdAt: z.string(), ...Wrapped }),
  z.object({
    kind: z.literal('sealing-key'),
    keyId: z.string(),
    publicKey: Base64,
    createdAt: z.string(),
    expiresAt: z.string(),
    ...Wrapped,
  }),
  EventLine,
  z.object({ kind: z.literal('dek'), credentialId: z.string(), version: z.int().positive(), ...Wrapped }),
  z.object({ kind: z.literal('row'), table: z.enum(COPIED_TABLES), row: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('trailer'), counts: z.record(z.string(), z.int()), head: Head }),
]);
export type BackupLine = z.infer<typeof BackupLine>;
export type LineOf<Kind extends BackupLine['kind']> = Extract<BackupLine, { readonly kind: Kind }>;

/** The order of a backup's sections. */
export const SECTIONS: readonly BackupLine['kind'][] = ['header', 'kek', 'identity', 'sealing-key', 'event', 'dek', 'row', 'trailer'];

const Foreign = z.object({ kind: z.literal('header'), format: z.literal(FORMAT), formatVersion: z.number() });

/** Parses one line; what it says is never repeated in a refusal. */
export const parseLine = (text: string, number: number): BackupLine => {
  const damaged = `line ${number} of the backup is not what it should be`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BackupUnfit('backup-damaged', damaged); // without its cause: that quotes the line
  }
  const line = BackupLine.safeParse(json);
  if (line.success) return line.data;
  const foreign = Foreign.safeParse(json);
  if (!foreign.success) throw new BackupUnfit(number === 1 ? 'backup-format-unknown' : 'backup-damaged', damaged);
  const { formatVersion } = foreign.data;
  throw new BackupUnfit(
    'backup-format-unknown',
    `the backup has format version ${formatVersion}, and this vault reads 1 to ${FORMAT_VERSION}`,
  );
};

const parseJson = (text: string): unknown => JSON.parse(text);

/** The event as the log answers it. */
export const recordedOf = ({ kind: _kind, sealed: _sealed, data, meta, ...rest }: EventLine): Recorded => ({
  ...rest,
  data: parseJson(data),
  meta: EventMeta.parse(JSON.parse(meta)),
});
