import type { Address } from './words.ts';

/** The one table of NATS subjects (design §8). */
export const STREAM_NAME = 'KEYTURN_EVENTS';
export const LOG_SUBJECTS = 'keyturn.log.>';
export const VAULT_COMMANDS = 'keyturn.cmd.vault.>';
export const VAULT_QUERIES = 'keyturn.qry.vault.>';
export const AUDIT_QUERIES = 'keyturn.qry.audit.>';
export const SUBSCRIBER_REQUESTS = 'keyturn.sub.*.*.*';

/** `credential.register` → `keyturn.cmd.vault.credential.register`. */
export const commandSubject = (type: string): string => `keyturn.cmd.vault.${type}`;
export const querySubject = (service: 'vault' | 'audit', type: string): string => `keyturn.qry.${service}.${type}`;
/** `credential.rotated` → `keyturn.log.credential.rotated`. */
export const logSubject = (eventType: string): string => `keyturn.log.${eventType}`;
/** The notice for consumers, e.g. `keyturn.evt.system.postgres.orders.credential.rotated`. */
export const noticeSubject = (address: Address, event: string): string => `keyturn.evt.${address}.credential.${event}`;
export const subscriberSubject = (consumer: string, instance: string, verb: string): string =>
  `keyturn.sub.${consumer}.${instance}.${verb}`;

/** Names of the headers that travel beside a message. */
export const HEADERS = {
  deadline: 'Kt-Deadline',
  traceparent: 'traceparent',
  commandId: 'Kt-Command-Id',
  position: 'Kt-Position',
} as const;

/** Limits of design §8, in bytes. */
export const MAX_SECRET_BYTES = 64 * 1024;
/** The same as JSON, with its names, quotes and escapes; in base64 it still fits into a body. */
export const MAX_SEALED_BYTES = 160 * 1024;
export const MAX_BODY_BYTES = 256 * 1024;

/** What one NATS user may publish and hear. */
export type NatsSubjects = { readonly publish: readonly string[]; readonly subscribe: readonly string[] };

/** The name of an instance's NATS user. */
export const subscriberUser = (consumer: string, instance: string): string => `${consumer}_${instance}`;
/** Where an identity hears its answers, and nobody else may listen. */
export const inboxPrefix = (identity: string): string => `_INBOX_${identity}`;

/** Everything that one process of a consumer may do on NATS: speak under its own name, hear what it was granted, get answers. */
export const subscriberSubjects = (consumer: string, instance: string, patterns: readonly string[]): NatsSubjects => ({
  publish: [`keyturn.sub.${consumer}.${instance}.>`],
  subscribe: [...patterns.map((pattern) => `keyturn.evt.${pattern}.credential.*`), `${inboxPrefix(subscriberUser(consumer, instance))}.>`],
});
