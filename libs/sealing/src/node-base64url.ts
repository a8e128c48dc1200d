/** The bytes, or null where the text is not the one base64url form of any bytes. Node's own decoder: the portable one takes ten times as long. */
export const bytesOfBase64Url = (text: string): Buffer | null => {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
};
