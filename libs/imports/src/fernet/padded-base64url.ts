const FORM = /^[A-Za-z0-9_-]*={0,2}$/;

/** The bytes, or null where the text is not the one padded base64url form of any bytes. Buffer alone would read over what is wrong. */
export const fromPaddedBase64Url = (text: string): Uint8Array | null => {
  if (text.length % 4 !== 0 || !FORM.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  return toPaddedBase64Url(bytes) === text ? bytes : null;
};

/** Base64url with padding (RFC 4648 §5), as Fernet has it. */
export const toPaddedBase64Url = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString('base64url');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
};
