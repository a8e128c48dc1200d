import type { TakeTurn, Turn } from '@keyturn/contracts/queries';

/** Who calls when: one line for each key, in which everybody stands, of whatever process. What is taken is nobody else's, used or not. */
export interface Turns {
  take(wish: TakeTurn): Promise<Turn>;
  /** From now on, and for so long, no turn of the key opens; also where some were taken already, of which `heldMs` tells. */
  hold(key: string, forMs: number, aheadMs: number): Promise<void>;
}

/** Whoever comes again does so this long after its turn would open, at most. */
const LATEST_AGAIN_MS = 60_000;

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
    take: async ({ key, account, everyMs, aheadMs, withinMs, comesBack }) => {
      const line = lineOf(key);
      const at = now();
      const opensAt = line.nextAt - aheadMs;
      const accountMs = Math.max(0, (account === null ? 0 : lineOf(account).heldUntil) - at);
      const heldMs = Math.max(accountMs, line.heldUntil - at);
      if (accountMs > 0) return { isTaken: false, inMs: Math.max(accountMs, opensAt - at), heldMs };
      if (opensAt - at > withinMs) {
        if (comesBack) line.againAt = Math.min(Math.max(line.againAt + everyMs, opensAt), opensAt + LATEST_AGAIN_MS);
        return { isTaken: false, inMs: (comesBack ? line.againAt : opensAt) - at, heldMs };
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
