import { z } from 'zod';

const TOKEN = '[a-z0-9-]{1,63}';

/** A UUIDv7 (RFC 9562) that names one credential for ever. */
export const CredentialId = z.uuid();
export type CredentialId = z.infer<typeof CredentialId>;

/** `<scope>.<service>.<name>`, e.g. `system.cloudflare.dns-prod`; also the middle of NATS subjects, so no dots inside a token. */
export const Address = z
  .string()
  .regex(new RegExp(`^${TOKEN}\\.${TOKEN}\\.${TOKEN}$`), 'an address is <scope>.<service>.<name>, each [a-z0-9-]{1,63}');
export type Address = z.infer<typeof Address>;

/** An address in which a token may be `*`, e.g. `system.cloudflare.*`. */
export const AddressPattern = z
  .string()
  .regex(new RegExp(`^(${TOKEN}|\\*)\\.(${TOKEN}|\\*)\\.(${TOKEN}|\\*)$`), 'a pattern is an address whose tokens may be *');
export type AddressPattern = z.infer<typeof AddressPattern>;

/** An address's first token: `system`, or a person's own. */
export const Scope = z.string().regex(new RegExp(`^${TOKEN}$`), 'a scope is [a-z0-9-]{1,63}');
export type Scope = z.infer<typeof Scope>;

/** An address's second token: the outside system, as a slug. */
export const ServiceName = z.string().regex(new RegExp(`^${TOKEN}$`), 'a service is [a-z0-9-]{1,63}');
export type ServiceName = z.infer<typeof ServiceName>;

/** A service that uses credentials, e.g. `orders`. */
export const ConsumerName = z.string().regex(new RegExp(`^${TOKEN}$`), 'a consumer name is [a-z0-9-]{1,63}');
export type ConsumerName = z.infer<typeof ConsumerName>;

/** One running process of a consumer, e.g. `7f3a`. */
export const InstanceName = ConsumerName;
export type InstanceName = z.infer<typeof InstanceName>;

/** The public half of an instance's own NATS key: its user JWT is bound to it, and the other half never leaves the instance. */
export const NatsPublicKey = z.string().regex(/^U[A-Z2-7]{55}$/, 'a NATS user key is U and 55 characters of base32');
export type NatsPublicKey = z.infer<typeof NatsPublicKey>;

/** Versions are numbered 1, 2, 3 within a credential. */
export const VersionNumber = z.int().positive();
/** Rises by one whenever what a fetch answers changes: at every commit, rollback, disabling and enabling; 0 before the first commit. */
export const Generation = z.int().nonnegative();
/** Numbers the rotations of one credential and fences late writers. */
export const Epoch = z.int().positive();
/** Rises when the log is restored from a backup; outranks epochs. */
export const Incarnation = z.int().positive();

/** Who makes the value of a new version: we do, the provider does, or a person does at the provider's site. */
export const Strategy = z.enum(['chosen', 'issued', 'assisted']);
export type Strategy = z.infer<typeof Strategy>;

export const VersionStatus = z.enum(['pending', 'current', 'superseded', 'revoking', 'revoked', 'discarding', 'discarded', 'withdrawn']);
export type VersionStatus = z.infer<typeof VersionStatus>;

/** Who acts. `roles` are those that the gateway read from the token; the vault decides with them and records them. */
export const Actor = z.object({
  kind: z.enum(['person', 'program', 'consumer', 'service']),
  id: z.string().min(1).max(200),
  name: z.string().max(200).optional(),
  roles: z.array(z.string()).max(20).optional(),
  ip: z.string().max(64).optional(),
  /** Whose word `id` is: with it, it makes the scope of the actor's own credentials. */
  issuer: z.string().max(500).optional(),
  /** What the actor has subscribed to, by the sign-in provider's word. */
  tier: z.string().max(50).optional(),
  /** When a person last signed in, by the identity provider's word; absent where the gateway doesn't know. */
  authenticatedAt: z.iso.datetime().optional(),
});
export type Actor = z.infer<typeof Actor>;

/** Public fields of a version: shown and logged in clear. */
export const PublicFields = z.record(z.string().max(64), z.string().max(4096));
export type PublicFields = z.infer<typeof PublicFields>;

/** Does the pattern cover the address? */
export const covers = (pattern: AddressPattern, address: Address): boolean => {
  const wanted = address.split('.');
  return pattern.split('.').every((token, index) => token === '*' || token === wanted[index]);
};
