import { createHash } from 'node:crypto';
import { type Result, ok, refuse } from '@keyturn/kernel';

/** Makes a UUIDv7 that nobody had before. */
export type NewId = () => string;

const KEY = /^[\x21-\x7E]{1,200}$/;

/**
 * The command id of a request: made of its `Idempotency-Key` *and* its caller, so nobody reaches another's verdict by guessing a key,
 * or a fresh one where there is no key. The same two give the same id for ever.
 */
export const commandIdOf = (key: string | undefined, callerId: string, newId: NewId): Result<string, 'idempotency-key-invalid'> => {
  if (key === undefined) return ok(newId());
  return KEY.test(key) ? ok(derivedUuid('command', callerId, key)) : refuse('idempotency-key-invalid');
};

/**
 * An id for what a command creates, so a repeat names the same thing. Without a key nobody can repeat the request, so it may as well be
 * a UUIDv7 of its own.
 */
export const createdIdOf = (key: string | undefined, commandId: string, newId: NewId): string =>
  key === undefined ? newId() : derivedUuid('created', commandId);

/** The command of one step of a request that needs several: a repeat of the request repeats each under its own id. */
export const stepIdOf = (commandId: string, step: string): string => derivedUuid('step', commandId, step);

/** A UUIDv8 (RFC 9562: "custom") of a SHA-256. */
const derivedUuid = (...parts: readonly string[]): string => {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  digest[6] = (digest.readUInt8(6) & 0x0f) | 0x80;
  digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};
