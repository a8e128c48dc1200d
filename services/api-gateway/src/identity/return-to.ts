const HOME = '/';
const NOWHERE = 'http://keyturn.invalid';

const CONTROL_CHARACTER = /\p{Cc}/u;

/** Where to go after signing in: a path of this site, or home. `//evil` and `/\evil` are other sites to a browser. */
export const localPath = (wanted: string | undefined): string => {
  if (wanted === undefined || !wanted.startsWith('/') || wanted.length > 1000 || CONTROL_CHARACTER.test(wanted)) return HOME;
  if (!URL.canParse(wanted, NOWHERE)) return HOME;
  const url = new URL(wanted, NOWHERE);
  return url.origin === NOWHERE ? `${url.pathname}${url.search}${url.hash}` : HOME;
};
