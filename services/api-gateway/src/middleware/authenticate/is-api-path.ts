const decodeOnce = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** Undoes what some part of the way might undo: percent-encoding (even twice), backslashes, doubled slashes, dots, upper case. */
const normalised = (path: string): string => {
  const decoded = decodeOnce(decodeOnce(path)).replaceAll('\\', '/').toLowerCase();
  const segments: string[] = [];
  for (const segment of decoded.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
};

/** Spelled as every client of ours spells it, so that nothing is to be undone. */
const PLAIN = /^\/api(?:\/[a-z0-9-]+)*$/;

/** Is this `/api` or below, however it is spelled? */
export const isApiPath = (path: string): boolean => {
  if (PLAIN.test(path)) return true;
  const clean = normalised(path);
  return clean === '/api' || clean.startsWith('/api/');
};
