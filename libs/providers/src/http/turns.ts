/** `aheadMs`: so much earlier than it comes a turn may be used. One that opens later than in `withinMs` is not taken. */
export type TurnWish = { readonly key: string; readonly everyMs: number; readonly aheadMs: number; readonly withinMs: number };

/**
 * `inMs`: when the turn opens, or, where none was taken, when to ask for one again, which differs for all who are told so. `heldMs`: for so
 * long nobody's turn opens, because the provider said so.
 */
export type Turn = { readonly isTaken: boolean; readonly inMs: number; readonly heldMs: number };

/** Who calls when: one line for each key, in which everybody stands, of whatever process. What is taken is nobody else's, used or not. */
export interface Turns {
  take(wish: TurnWish): Promise<Turn>;
  /** From now on, and for so long, no turn of the key opens; also where some were taken already, of which `heldMs` tells. */
  hold(key: string, forMs: number, aheadMs: number): Promise<void>;
}

type Line = { nextAt: number; againAt: number; heldUntil: number };

/** Turns of one process alone, by the same rules as the vault's (`take_turn`). `now`: milliseconds that only ever grow. */
export const memoryTurns = (now: () => number): Turns => {
  const lines = new Map<string, Line>();
  const lineOf = (key: string): Line => {
    const line = lines.get(key) ?? { nextAt: 0, againAt: 0, heldUntil: 0 };
    lines.set(key, line);
    return line;
  };
  return {
    take: async ({ key, everyMs, aheadMs, withinMs }) => {
      const line = lineOf(key);
      const at = now();
      const opensAt = line.nextAt - aheadMs;
      const heldMs = Math.max(0, line.heldUntil - at);
      if (opensAt - at > withinMs) {
        line.againAt = Math.max(line.againAt + everyMs, opensAt);
        return { isTaken: false, inMs: line.againAt - at, heldMs };
      }
      line.nextAt = Math.max(line.nextAt, at) + everyMs;
      return { isTaken: true, inMs: Math.max(0, opensAt - at), heldMs };
    },
    hold: async (key, forMs, aheadMs) => {
      const line = lineOf(key);
      line.heldUntil = Math.max(line.heldUntil, now() + forMs);
      line.nextAt = Math.max(line.nextAt, line.heldUntil + aheadMs);
    },
  };
};
