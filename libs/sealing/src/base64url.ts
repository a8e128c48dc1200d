const ALPHABET = /^[A-Za-z0-9_-]*$/;

/** Bytes as base64url without padding; for public material and ciphertext (it takes no care about timing). */
export const toBase64Url = (bytes: Uint8Array): string => {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

/** The bytes, or null where the text is not the one base64url form of any bytes. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> | null => {
  if (!ALPHABET.test(text) || text.length % 4 === 1) return null;
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  return toBase64Url(bytes) === text ? bytes : null;
};
