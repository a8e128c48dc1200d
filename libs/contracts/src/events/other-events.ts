import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { Address, AddressPattern, ConsumerName, CredentialId, InstanceName, Scope, ServiceName, VersionNumber } from '../words.ts';

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object(shape) });

/** Plaintext left the vault, sealed to one recipient. Stream `access-<credentialId>`, on which nothing is decided. */
export const SecretRevealed = event('secret.revealed', {
  credentialId: CredentialId,
  address: Address,
  version: VersionNumber,
  recipient: z.string().max(200),
  purpose: z.string().max(200),
  /** Of a reveal to a person or program: why, and which fields. */
  reason: z.string().max(500).optional(),
  fields: z.array(z.string().max(64)).max(50).optional(),
});
export type SecretRevealed = z.infer<typeof SecretRevealed>;

/** The vault opened two versions to tell which secret fields differ; nothing left it but that. Stream `access-<credentialId>`. */
export const SecretCompared = event('secret.compared', {
  credentialId: CredentialId,
  address: Address,
  a: VersionNumber,
  b: VersionNumber,
});
export type SecretCompared = z.infer<typeof SecretCompared>;
/** Somebody brought a value, and was told whether the vault holds it. Stream `access-<credentialId>`, on which nothing is decided. */
export const ValueVerified = event('secret.verified', {
  credentialId: CredentialId,
  address: Address,
  version: VersionNumber,
  recipient: z.string().max(300),
  equal: z.boolean(),
});
export type ValueVerified = z.infer<typeof ValueVerified>;

/** The vault said no to somebody who asked for a secret. */
export const AccessRefused = event('access.refused', {
  credentialId: CredentialId.optional(),
  address: z.string().max(200).optional(),
  recipient: z.string().max(200),
  refusalCode: z.string(),
  /** Above 1 in the one summary event that stands for further refusals of the same identity. */
  times: z.int().positive(),
});
export type AccessRefused = z.infer<typeof AccessRefused>;

/** A stored version did not open: it was damaged or moved, or its key is missing. Nothing was given to anybody. */
export const SecretOpenRefused = event('secret.open-refused', {
  credentialId: CredentialId,
  address: z.string().max(200).optional(),
  version: VersionNumber,
  /** Which part: the wrapped data key, the ciphertext, or the KEK that isn't there. */
  part: z.enum(['data-key', 'ciphertext', 'kek']),
  sentence: z.string().max(500),
  /** Above 1 in the one summary event that stands for further times. */
  times: z.int().positive(),
});
export type SecretOpenRefused = z.infer<typeof SecretOpenRefused>;

export const Grant = z.object({ action: z.enum(['read', 'preflight', 'ack']), pattern: AddressPattern });
export type Grant = z.infer<typeof Grant>;

export const ConsumerRegistered = event('consumer.registered', {
  consumer: ConsumerName,
  grants: z.array(Grant).max(100),
  /** Who answers for it; absent: as before. */
  owner: z.string().max(200).nullish(),
});
export type ConsumerRegistered = z.infer<typeof ConsumerRegistered>;

/** An API token as the log knows it: `hash` is SHA-256 of the token's proof (`apiTokenProof`), so neither token nor proof follows from it. */
export const TokenIssued = event('consumer.token-issued', {
  consumer: ConsumerName,
  tokenId: z.uuid(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  expiresAt: z.iso.datetime(),
  /** The persons whose own keys it opens, because the consumer's grants named their scopes then; absent: nobody's. */
  persons: z.array(Scope).max(100).optional(),
});
export type TokenIssued = z.infer<typeof TokenIssued>;

export const TokenRevoked = event('consumer.token-revoked', { consumer: ConsumerName, tokenId: z.uuid() });
export type TokenRevoked = z.infer<typeof TokenRevoked>;

/** An instance got a NATS identity until then. Stream `lease-<consumer>.<instance>`, on which nothing is decided. */
export const CredentialsIssued = event('subscriber.credentials-issued', {
  consumer: ConsumerName,
  instance: InstanceName,
  publicKey: z.string().max(100),
  until: z.iso.datetime({ precision: 6 }).or(z.iso.datetime()),
  /** Absent where a token of the sign-in provider showed who asks. */
  tokenId: z.uuid().optional(),
});
export type CredentialsIssued = z.infer<typeof CredentialsIssued>;

export const LeaseEnded = event('lease.ended', { consumer: ConsumerName, instance: InstanceName, how: z.enum(['goodbye', 'lost']) });
export type LeaseEnded = z.infer<typeof LeaseEnded>;

/**
 * A value from the vault's own environment answered, because nothing stored did. Stream `access-environment`, on which nothing is decided.
 */
export const EnvironmentUsed = event('environment.used', {
  service: ServiceName,
  credentialType: CredentialType,
  /** `system.<service>.environment`: what a grant must cover. */
  address: Address,
  /** The names of the variables, never their values. */
  variables: z.array(z.string().max(100)).max(20),
  recipient: z.string().max(200),
  purpose: z.string().max(200),
});
export type EnvironmentUsed = z.infer<typeof EnvironmentUsed>;

const Standing = { scope: Scope, service: ServiceName, credentialId: CredentialId, address: Address };

/** From here on this is its service's default in its scope; the one before isn't. Stream `default-<scope>.<service>`. */
export const DefaultSet = event('default.set', Standing);
export type DefaultSet = z.infer<typeof DefaultSet>;

/** It was its service's default in its scope; from here on nothing is. */
export const DefaultCleared = event('default.cleared', Standing);
export type DefaultCleared = z.infer<typeof DefaultCleared>;

/**
 * Whom an older system knew by an id of its own: what is imported for that id goes to `scope` from here on, and what was imported before, in
 * `legacyScope`, is that person's too. Stream `legacy-user-<legacyScope>`.
 */
export const LegacyUserMapped = event('legacy-user.mapped', {
  legacyId: z.string().min(1).max(255),
  issuer: z.string().min(1).max(500),
  subject: z.string().min(1).max(255),
  scope: Scope,
  legacyScope: Scope,
});
export type LegacyUserMapped = z.infer<typeof LegacyUserMapped>;

/** No session of the person that began at that time or before opens anything any more. Stream `person-<personId>`. */
export const SessionsRevoked = event('person.sessions-revoked', { personId: z.string().min(1).max(200), before: z.iso.datetime() });
export type SessionsRevoked = z.infer<typeof SessionsRevoked>;

/** Somebody took away what is known of so many credentials; no secret, no mask. Stream `access-exports`, on which nothing is decided. */
export const CredentialsExported = event('credentials.exported', {
  format: z.enum(['json', 'csv']),
  total: z.int().nonnegative(),
  /** There are more than are counted. */
  totalIsAtLeast: z.boolean(),
});
export type CredentialsExported = z.infer<typeof CredentialsExported>;

export const AccessEvent = z.discriminatedUnion('type', [
  SecretRevealed,
  SecretCompared,
  ValueVerified,
  AccessRefused,
  SecretOpenRefused,
  EnvironmentUsed,
]);
export type AccessEvent = z.infer<typeof AccessEvent>;

export const IdentityEvent = z.discriminatedUnion('type', [DefaultSet, DefaultCleared, LegacyUserMapped, SessionsRevoked]);
export type IdentityEvent = z.infer<typeof IdentityEvent>;

export const ConsumerEvent = z.discriminatedUnion('type', [ConsumerRegistered, TokenIssued, TokenRevoked, CredentialsIssued, LeaseEnded]);
export type ConsumerEvent = z.infer<typeof ConsumerEvent>;
