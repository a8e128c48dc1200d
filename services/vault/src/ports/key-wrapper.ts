import type { Sensitive } from '@keyturn/kernel';

/** What a wrapped key is for; bound into the wrapping, so that it unwraps nowhere else. E.g. `{ credentialId, version }`. */
export type WrapContext = Readonly<Record<string, string | number>>;

export type WrappedKey = { readonly kekId: string; readonly wrapped: Uint8Array };

/** The wrapped key can't be had: its KEK isn't held here (`kek`), or it was damaged or belongs elsewhere (`data-key`). */
export class KeyUnreadable extends Error {
  override readonly name = 'KeyUnreadable';
  readonly part: 'kek' | 'data-key';

  constructor(part: 'kek' | 'data-key', sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.part = part;
  }
}

/** Keeps the key-encryption keys (design §4); nothing else ever sees one. File and environment now, a KMS later. */
export interface KeyWrapper {
  /** The fingerprints of the KEKs where they are kept, as last read; the first is what a new vault begins with. */
  held(): readonly string[];
  /** Reads anew where the KEKs are kept: new ones are held from then on. Throws, and changes nothing, where that can't be used. */
  reload(): Promise<void>;
  /** Wraps under the KEK. The plaintext key stays the caller's to zero. Throws `KeyUnreadable` where the KEK isn't held. */
  wrap(kekId: string, key: Sensitive<Uint8Array>, context: WrapContext): Promise<WrappedKey>;
  /** Throws `KeyUnreadable`. Still unwraps with a KEK that was held since the start and is kept no more. */
  unwrap(wrapped: WrappedKey, context: WrapContext): Promise<Sensitive<Uint8Array>>;
}
