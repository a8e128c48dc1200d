import { z } from 'zod';
import { Actor, Incarnation } from '../words.ts';
import { BackupEvent } from './backup-events.ts';
import { BulkRotationEvent } from './bulk-rotation-events.ts';
import { CredentialEvent } from './credential-events.ts';
import { KeyRingEvent } from './key-ring-events.ts';
import { LogEvent } from './log-events.ts';
import { AccessEvent, ConsumerEvent, CredentialsExported, IdentityEvent } from './other-events.ts';
import { SettingEvent } from './setting-events.ts';

/** Whatever can be in the log. */
export const DomainEvent = z.union([
  CredentialEvent,
  AccessEvent,
  ConsumerEvent,
  IdentityEvent,
  KeyRingEvent,
  LogEvent,
  BackupEvent,
  BulkRotationEvent,
  SettingEvent,
  CredentialsExported,
]);
export type DomainEvent =
  | CredentialEvent
  | AccessEvent
  | ConsumerEvent
  | IdentityEvent
  | KeyRingEvent
  | LogEvent
  | BackupEvent
  | BulkRotationEvent
  | SettingEvent
  | CredentialsExported;

export const EventMeta = z.object({
  commandId: z.string(),
  actor: Actor,
  correlationId: z.string().optional(),
  causationId: z.string().optional(),
  traceparent: z.string().optional(),
  incarnation: Incarnation,
});
export type EventMeta = z.infer<typeof EventMeta>;

/**
 * An event as the log keeps it. `hash` = SHA-256(prevHash ‖ RFC 8785 JSON of position, stream, version, type, data, meta, recordedAt,
 * sealedHash), hex. `prevHash` goes in as its 32 bytes; the first event's is 64 zeros. `sealedHash` is SHA-256 of the ciphertext, hex, or
 * null (then it stands in the JSON as null). `version` is the stream's, from 1. `recordedAt` is the database's clock.
 */
export const Recorded = z.object({
  position: z.int().positive(),
  stream: z.string(),
  version: z.int().positive(),
  type: z.string(),
  data: z.unknown(),
  meta: EventMeta,
  recordedAt: z.iso.datetime({ precision: 6 }).or(z.iso.datetime()),
  sealedHash: z.string().nullable(),
  prevHash: z.string(),
  hash: z.string(),
});
export type Recorded = z.infer<typeof Recorded>;

/** A recorded event on its way through JetStream: CloudEvents 1.0 JSON; `id` is `<incarnation>.<position>`, which consumers dedupe by. */
export const PublishedEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.literal('/keyturn/vault'),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  data: Recorded,
});
export type PublishedEvent = z.infer<typeof PublishedEvent>;
