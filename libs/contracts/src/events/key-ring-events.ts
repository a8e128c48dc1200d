import { z } from 'zod';

/** A key-encryption key's fingerprint: nothing of the key follows from it. */
export const KekId = z.string().regex(/^kek-[0-9a-f]{16}$/, 'a KEK is named by its fingerprint, kek-<16 hex digits>');
export type KekId = z.infer<typeof KekId>;

export const KekState = z.enum(['added', 'active', 'retiring', 'retired']);
export type KekState = z.infer<typeof KekState>;

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object(shape) });

/** A key joined the ring; nothing is wrapped under it yet. All of these stand on the stream `key-ring`. */
export const KekAdded = event('kek.added', { kekId: KekId });
export type KekAdded = z.infer<typeof KekAdded>;

/** From here on every key is wrapped under this one. */
export const KekActivated = event('kek.activated', { kekId: KekId });
export type KekActivated = z.infer<typeof KekActivated>;

/** Nothing is wrapped under this key any more; what hangs on it waits to be re-wrapped. */
export const KekRetiring = event('kek.retiring', { kekId: KekId });
export type KekRetiring = z.infer<typeof KekRetiring>;

/** Nothing hangs on this key: it may leave the vault's hosts. Backups may still need it. */
export const KekRetired = event('kek.retired', { kekId: KekId });
export type KekRetired = z.infer<typeof KekRetired>;

const Run = { runId: z.uuid(), kekId: KekId };
const Counts = { rotated: z.int().nonnegative(), failed: z.int().nonnegative() };

/** Every wrapped key is to be re-wrapped under `kekId`. `totalCredentials`: how many versions' data keys hung on other keys then. */
export const RewrapRequested = event('rewrap.requested', { ...Run, totalCredentials: z.int().nonnegative() });
export type RewrapRequested = z.infer<typeof RewrapRequested>;

/** How far it is, said now and then; the counts are of the whole run, whoever did it. */
export const RewrapProgressed = event('rewrap.progressed', { ...Run, ...Counts, remaining: z.int().nonnegative() });
export type RewrapProgressed = z.infer<typeof RewrapProgressed>;

/**
 * The run's end. `failed` counts the data keys that did not unwrap and still hang on an older key; only without any is it a success.
 * `ownKeys`: the vault's identity and sealing keys, re-wrapped besides.
 */
export const RewrapResult = z.object({
  success: z.boolean(),
  totalCredentials: z.int().nonnegative(),
  ...Counts,
  rotatedAt: z.string(),
});
export type RewrapResult = z.infer<typeof RewrapResult>;

export const RewrapCompleted = event('rewrap.completed', { ...Run, ...RewrapResult.shape, ownKeys: z.int().nonnegative() });
export type RewrapCompleted = z.infer<typeof RewrapCompleted>;

export const KeyRingEvent = z.discriminatedUnion('type', [
  KekAdded,
  KekActivated,
  KekRetiring,
  KekRetired,
  RewrapRequested,
  RewrapProgressed,
  RewrapCompleted,
]);
export type KeyRingEvent = z.infer<typeof KeyRingEvent>;
