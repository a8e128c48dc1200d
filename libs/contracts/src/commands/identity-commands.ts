import { z } from 'zod';
import { AddressPattern, ConsumerName, InstanceName, NatsPublicKey } from '../words.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 in hex');

/** Gives a consumer an API token. Whoever makes the token sends its proof only (`apiTokenProof`); the vault keeps a hash of that. */
export const IssueToken = z.object({
  consumer: ConsumerName,
  tokenId: z.uuid(),
  proof: Sha256,
  lifetimeSeconds: z
    .int()
    .min(1)
    .max(366 * 86_400),
});
export type IssueToken = z.infer<typeof IssueToken>;

export const RevokeToken = z.object({ consumer: ConsumerName, tokenId: z.uuid() });
export type RevokeToken = z.infer<typeof RevokeToken>;

/**
 * Asks that an instance be given a NATS identity. Allowed to an actor with the role `consumer:<name>`, or with the proof of one of the
 * consumer's API tokens.
 */
export const IssueCredentials = z.object({
  consumer: ConsumerName,
  instance: InstanceName,
  publicKey: NatsPublicKey,
  lifetimeSeconds: z.int().min(1).max(3600),
  proof: Sha256.optional(),
});
export type IssueCredentials = z.infer<typeof IssueCredentials>;

/** Ends all sessions of a person: one's own, or as an admin anybody's. */
export const RevokeSessions = z.object({ personId: z.string().min(1).max(200) });
export type RevokeSessions = z.infer<typeof RevokeSessions>;

/** What the identity may be good for: the addresses whose notices it may hear, and until when. */
export const CredentialsAllowed = z.object({
  until: z.iso.datetime({ precision: 6 }).or(z.iso.datetime()),
  patterns: z.array(AddressPattern),
});
export type CredentialsAllowed = z.infer<typeof CredentialsAllowed>;

/** The role that lets a program ask for identities of the consumer. */
export const consumerRole = (consumer: string): string => `consumer:${consumer}`;
