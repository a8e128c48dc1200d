import type { HoldTurns, TakeTurn, Turn } from '@keyturn/contracts/queries';

/** Whose turn it is to call a provider: one line for each key, for all workers. What is taken is nobody else's, used or not. */
export interface TurnTable {
  take(wish: TakeTurn): Promise<Turn>;
  /** No turn of the key opens for so long, also none that was taken, of which later takers are told. */
  hold(hold: HoldTurns): Promise<void>;
}
