/** NATS's rule: `*` stands for one token, a last `>` for one or more. */
export const subjectMatches = (pattern: string, subject: string): boolean => {
  const wanted = pattern.split('.');
  const given = subject.split('.');
  if (wanted.at(-1) === '>' ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((token, at) => token === '*' || token === given[at] || (token === '>' && at === wanted.length - 1));
};
