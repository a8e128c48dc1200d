import type { Pool } from 'pg';
import type { TurnTable } from '../../ports/turn-table.ts';

/** By the database's clock, which all workers share. */
export const postgresTurnTable = (pool: Pool): TurnTable => ({
  take: async ({ key, account, everyMs, aheadMs, withinMs, comesBack }) => {
    const { rows } = await pool.query<{ isTaken: boolean; inMs: number; heldMs: number }>({
      name: 'take-turn',
      text: 'SELECT is_taken AS "isTaken", in_ms AS "inMs", held_ms AS "heldMs" FROM take_turn($1, $2, $3, $4, $5, $6)',
      values: [key, account, everyMs, aheadMs, withinMs, comesBack],
    });
    const [turn] = rows;
    if (!turn) throw new Error('take_turn answered nothing');
    return turn;
  },
  hold: async ({ key, forMs, aheadMs }) => {
    await pool.query({ name: 'hold-turns', text: 'SELECT hold_turns($1, $2, $3)', values: [key, forMs, aheadMs] });
  },
});
