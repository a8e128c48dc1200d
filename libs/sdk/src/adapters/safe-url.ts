const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Parses an URL to which secrets are sent: https, or http where there is no way on which somebody could listen. Throws otherwise. */
export const safeUrl = (text: string): URL => {
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  if (!isSafe) throw new Error(`${url.origin} must be https (http only on loopback)`);
  return url;
};
