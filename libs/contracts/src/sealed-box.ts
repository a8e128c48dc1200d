import { z } from 'zod';

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** One-shot HPKE, RFC 9180 base mode: what browser and CLI seal. Its AAD is made by `sealingAad`. */
export const OneShotBox = z.object({
  kind: z.literal('hpke'),
  sealingKeyId: z.string().max(100),
  enc: Base64Url.max(100),
  ciphertext: Base64Url,
  expiresAt: z.iso.datetime(),
});
export type OneShotBox = z.infer<typeof OneShotBox>;

/**
 * A secret part of a message (design §4). `link`: AES-256-GCM under a key that one HPKE encapsulation gave; `enc` comes along
 * with the first message and after `link-unknown`. `hpke`: one-shot RFC 9180 base mode. The AAD is made by `sealingAad`.
 */
export const SealedBox = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('link'),
    linkId: Base64Url,
    sealingKeyId: z.string(),
    enc: Base64Url.optional(),
    nonce: Base64Url,
    ciphertext: Base64Url,
    expiresAt: z.iso.datetime(),
  }),
  OneShotBox,
]);
export type SealedBox = z.infer<typeof SealedBox>;

/** Where a box belongs. Every field is bound into its AAD, so a box moved elsewhere does not open. */
export type SealingContext = {
  readonly subject: string;
  readonly direction: 'request' | 'reply';
  readonly commandId: string;
  /** Credential id, or its address where the id isn't known yet. */
  readonly about: string;
  readonly expiresAt: string;
};

/** A public key to which secrets for the vault are sealed; `signature` is the vault identity's Ed25519 over the other fields. */
export const SealingKey = z.object({
  id: z.string(),
  publicKey: Base64Url,
  notAfter: z.iso.datetime(),
  signature: Base64Url,
});
export type SealingKey = z.infer<typeof SealingKey>;

export const SealingKeys = z.object({ identityPublicKey: Base64Url, keys: z.array(SealingKey) });
export type SealingKeys = z.infer<typeof SealingKeys>;
