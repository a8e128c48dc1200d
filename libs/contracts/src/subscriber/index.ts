import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { SealedBox, SealingKeys } from '../sealed-box.ts';
import { Address, CredentialId, Generation, PublicFields, VersionNumber } from '../words.ts';

/**
 * What an instance sends on `keyturn.sub.<consumer>.<instance>.<verb>`. `seq` rises with every message of the instance: the vault ignores
 * a beat older than a fetch that it has answered, so a held version can't be forgotten by a late message.
 */
const Sent = { commandId: z.uuid(), seq: z.int().positive() };

export const Beat = z.object({
  ...Sent,
  /** All versions held, draining ones included. */
  holds: z.array(z.object({ credentialId: CredentialId, versions: z.array(VersionNumber).max(50) })).max(1000),
});
export type Beat = z.infer<typeof Beat>;

export const BeatAnswer = z.object({
  /** Of every credential held: what is current now. An instance that holds an older generation fetches. */
  current: z.array(z.object({ credentialId: CredentialId, address: Address, version: VersionNumber, generation: Generation })),
  /** Pending versions that this instance was asked to try and has not answered for. */
  preflights: z.array(z.object({ credentialId: CredentialId, address: Address, version: VersionNumber })).optional(),
  /** Credentials named of which the vault knows no version held here, e.g. because the lease was lost: to be fetched anew. */
  unknown: z.array(CredentialId).optional(),
});
export type BeatAnswer = z.infer<typeof BeatAnswer>;

/**
 * Asks for the current version, sealed to the instance's link (`sealed` carries the link, and nothing else). With `preflight`, for the
 * pending one: only an instance that was asked to try it gets it, and only to try.
 */
export const Fetch = z.object({ ...Sent, address: Address, preflight: z.literal(true).optional(), sealed: SealedBox });
export type Fetch = z.infer<typeof Fetch>;

export const Fetched = z.object({
  credentialId: CredentialId,
  address: Address,
  credentialType: CredentialType,
  version: VersionNumber,
  generation: Generation,
  /** Goes into the acknowledgement's MAC. */
  nonce: z.string(),
  publicFields: PublicFields,
});
export type Fetched = z.infer<typeof Fetched>;

/** What the sealed part of a fetch's answer opens to: only ever inside `Sensitive`. */
export const FetchedSecret = z.object({ fields: z.record(z.string(), z.string()), ackKey: z.string() });
export type FetchedSecret = z.infer<typeof FetchedSecret>;

/** `mac` = HMAC over everything but itself, `commandId` and `seq`, plus consumer and instance; keyed by the version's ack key. */
export const Ack = z.object({
  ...Sent,
  phase: z.enum(['preflight', 'use']),
  credentialId: CredentialId,
  version: VersionNumber,
  generation: Generation,
  nonce: z.string(),
  result: z.object({ ok: z.boolean(), sentence: z.string().max(500), elapsedMs: z.number().nonnegative() }),
  mac: z.string(),
});
export type Ack = z.infer<typeof Ack>;

export const Goodbye = z.object(Sent);
export type Goodbye = z.infer<typeof Goodbye>;

export const SUBSCRIBER_VERBS = ['beat', 'fetch', 'ack', 'goodbye', 'sealing-keys'] as const;
export type SubscriberVerb = (typeof SUBSCRIBER_VERBS)[number];
export const SubscriberSealingKeys = SealingKeys;

const Notice = {
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.literal('/keyturn/vault'),
  type: z.string(),
  time: z.string(),
};

/** A notice `keyturn.evt.<address>.credential.rotated` or `….withdrawn`: public, and only a hint. */
export const RotatedNotice = z.object({
  ...Notice,
  data: z.object({ credentialId: CredentialId, address: Address, version: VersionNumber, generation: Generation, position: z.int() }),
});
export type RotatedNotice = z.infer<typeof RotatedNotice>;

/** A notice `keyturn.evt.<address>.credential.preflight-asked`: these instances are to try the pending version. */
export const PreflightNotice = z.object({
  ...Notice,
  data: z.object({
    credentialId: CredentialId,
    address: Address,
    version: VersionNumber,
    /** `consumer/instance`. */
    instances: z.array(z.string()),
    until: z.string(),
    position: z.int(),
  }),
});
export type PreflightNotice = z.infer<typeof PreflightNotice>;
