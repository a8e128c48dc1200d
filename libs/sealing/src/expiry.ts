import type { Clock } from '@keyturn/kernel';

/** How long a box may be opened (design §3: sealed commands expire after 5 minutes). */
export const BOX_LIFETIME_MS = 5 * 60_000;
/** A box of the future is refused beyond this: otherwise a sender could make one that never expires. */
const CLOCK_SKEW_MS = 60_000;

/** The `expiresAt` of a box that is made now. */
export const expiryFrom = (clock: Clock): string => new Date(clock.now().getTime() + BOX_LIFETIME_MS).toISOString();

/** Is the box in its time? `early` means that it claims a longer life than any box has. */
export const judgeExpiry = (expiresAt: string, clock: Clock): 'in-time' | 'expired' | 'early' => {
  const left = Date.parse(expiresAt) - clock.now().getTime();
  if (!(left > 0)) return 'expired';
  return left > BOX_LIFETIME_MS + CLOCK_SKEW_MS ? 'early' : 'in-time';
};
