import { z } from 'zod';

/** As long as the slowest rate that a worker takes. */
const Milliseconds = z.number().nonnegative().max(10_000_000_000);
/** A provider's name, of some the server, and of what is held for one account that. */
const Key = z.string().min(1).max(400);

/**
 * The next turn to call what the key names, one each `everyMs`, which may be used so much ahead; none that opens later than `withinMs`, and none
 * while `account`, the key of what is held for one account, is held. `comesBack`: who is sent away is told a moment that is nobody else's.
 */
export const TakeTurn = z.object({
  key: Key,
  account: Key.nullable().default(null),
  everyMs: Milliseconds,
  aheadMs: Milliseconds,
  withinMs: Milliseconds,
  comesBack: z.boolean().default(true),
});
export type TakeTurn = z.infer<typeof TakeTurn>;

/** `inMs`: when it opens, or, where none was taken, when to ask again. `heldMs`: for so long none opens, by the provider's own word. */
export const Turn = z.object({ isTaken: z.boolean(), inMs: z.number().nonnegative(), heldMs: z.number().nonnegative() });
export type Turn = z.infer<typeof Turn>;

/** The provider takes no calls: for so long no turn of the key opens. */
export const HoldTurns = z.object({ key: Key, forMs: z.number().nonnegative().max(3_600_000), aheadMs: Milliseconds });
export type HoldTurns = z.infer<typeof HoldTurns>;
