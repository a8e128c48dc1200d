import type { TurnTooFar } from '@keyturn/providers';

/** Why nothing was asked, without its full stop: the provider's own word, or Keyturn's own queue. */
export const whyTooFar = ({ provider, isHeld }: Pick<TurnTooFar, 'provider' | 'isHeld'>): string =>
  isHeld ? `${provider} takes no more calls just now` : `${provider} was not asked, for too many calls to it are waiting before this one`;
