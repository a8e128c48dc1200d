import type { Sensitive } from '@keyturn/kernel';

/** What a wrapped key is for; bound into the wrapping, so that it unwraps nowhere else. E.g. `{ credentialId, version }`. */
export type WrapContext = Readonly<Record<string, string | number>>;

export type WrappedKey = { readonly kekId: string; readonly wrapped: Uint8Array };

/** Keeps the key-encryption keys (design §4); nothing else ever sees one. File now, a KMS later. */
export interface KeyWrapper {
  /** The KEK under which new keys are wrapped. */
  activeKekId(): Promise<string>;
  /** Wraps under the active KEK. The plaintext key stays the caller's to zero. */
  wrap(key: Sensitive<Uint8Array>, context: WrapContext): Promise<WrappedKey>;
  /** Throws a fault where the KEK is missing, or the wrapped key was damaged or is another's. */
  unwrap(wrapped: WrappedKey, context: WrapContext): Promise<Sensitive<Uint8Array>>;
}
