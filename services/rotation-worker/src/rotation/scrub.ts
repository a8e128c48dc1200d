const MASK = '[scrubbed]';
const LONGEST_SENTENCE = 500;

const LEAKS: readonly (readonly [RegExp, string])[] = [
  [/(?<scheme>[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/giu, `$<scheme>${MASK}@`],
  [/SCRAM-SHA-256\$\S+/gu, MASK],
  [/(?<key>pass(?:word|wd|phrase)?|secret|token|api[_-]?key)(?<sign>["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|\S+)/giu, `$<key>$<sign>${MASK}`],
  // What we generate: 43 characters of base64url. A long role name in lower case is not taken for one.
  [/(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32,}(?![\w-])/gu, MASK],
];

/** Takes out whatever looks like a secret. A second line: our own sentences hold none, and a fault's own words are never used. */
export const scrub = (text: string): string => LEAKS.reduce((clean, [leak, mask]) => clean.replace(leak, mask), text);

/** A sentence as Temporal, the log and the vault may have it: scrubbed, and no longer than they take. */
export const presentable = (sentence: string): string => {
  const clean = scrub(sentence);
  return clean.length <= LONGEST_SENTENCE ? clean : `${clean.slice(0, LONGEST_SENTENCE - 1)}…`;
};

const CODE = /^[A-Za-z0-9_.-]{1,40}$/u;

const wordsOf = (error: Error): string => {
  const name = CODE.test(error.name) ? error.name : 'Error';
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? String(error.code) : '';
  return CODE.test(code) && code !== name ? `${name} ${code}` : name;
};

const DEEPEST_CAUSE = 4;

/** Names a fault by the class names and codes of its causes, and never by their messages, which may repeat a secret. */
export const nameFault = (fault: unknown): string => {
  const names: string[] = [];
  for (let at = fault; at instanceof Error && names.length <= DEEPEST_CAUSE; at = at.cause) names.push(wordsOf(at));
  return names.length === 0 ? 'something that is no error was thrown' : names.join(', caused by ');
};
