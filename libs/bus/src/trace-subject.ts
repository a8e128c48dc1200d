const OWN_TOKENS = 5;

/** A subject as a span's name: what differs from one consumer, instance or credential to the next is left out. */
export const spanNameOf = (subject: string): string => {
  const tokens = subject.split('.');
  const [, kind] = tokens;
  if (kind === 'sub') return `keyturn.sub.${tokens.slice(OWN_TOKENS - 1).join('.')}`;
  return kind === 'evt' ? `keyturn.evt.${tokens.slice(OWN_TOKENS).join('.')}` : subject;
};
