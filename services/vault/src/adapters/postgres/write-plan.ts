import { type Client, DatabaseError } from 'pg';
import type { Appended, BatchPlan } from '../../log/plan-batch.ts';
import type { ChainHead } from '../../log/verify-chain.ts';
import { type InsertedEvent, insertEvents } from './insert-events.ts';
import { jsonArray, textArray } from './array-literals.ts';
import { beginLocked, expectHead } from './read-facts.ts';
import { sendTogether } from './send-together.ts';
import { writeRows } from './write-rows.ts';
import { writeWrites } from './write-writes.ts';

/** The channel on which a commit wakes the relay; only a hint. */
export const LOG_CHANNEL = 'keyturn_log';

/** The texts that were hashed stand in for the values that were read from them. */
const rowOf = ({ recorded, ...exact }: Appended): InsertedEvent => ({ ...recorded, ...exact });

const insertCommands = (client: Client, { commands, now }: BatchPlan): Promise<unknown> =>
  client.query({
    name: 'insert-commands',
    text: `INSERT INTO commands (command_id, fingerprint, verdict, recorded_at)
           SELECT id, fingerprint, verdict, $4::timestamptz FROM unnest($1::text[], $2::text[], $3::text[]) c (id, fingerprint, verdict)`,
    values: [
      textArray(commands.map((command) => command.commandId)),
      textArray(commands.map((command) => command.fingerprint)),
      jsonArray(commands.map((command) => JSON.stringify(command.verdict))),
      now,
    ],
  });

const notify = (client: Client, position: number): Promise<unknown> =>
  client.query({ name: 'notify', text: 'SELECT pg_notify($1, $2)', values: [LOG_CHANNEL, String(position)] });

const commit = async (client: Client): Promise<void> => {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
};

/** Sends a plan's statements behind what `begin` sends, and commits, all in one write to the socket. Throws the first statement's error. */
const send = async (client: Client, plan: BatchPlan, begin: () => Promise<unknown>[]): Promise<void> => {
  const last = plan.appended.at(-1);
  const written = await sendTogether(client, () =>
    Promise.allSettled([
      ...begin(),
      ...(last ? [insertEvents(client, plan.appended.map(rowOf))] : []),
      ...(plan.commands.length > 0 ? [insertCommands(client, plan)] : []),
      ...writeRows(client, plan.rows),
      ...writeWrites(client, plan.writes, plan.now),
      ...(last ? [notify(client, last.recorded.position)] : []),
      commit(client),
    ]),
  );
  for (const result of written) if (result.status === 'rejected') throw result.reason;
};

/** Writes a plan that was made under the lock, and commits. Throws the first statement's error; then nothing was written, or nobody knows. */
export const writePlan = (client: Client, plan: BatchPlan): Promise<void> => send(client, plan, () => []);

/** A plan's ground is gone: the log's head or its clock moved (`expect_head`), or a command id or another unique value was there already. */
const isMoved = (error: unknown): boolean => error instanceof DatabaseError && (error.code === 'KT001' || error.code === '23505');

/** `now`: the database's clock under the lock. Moved: nothing was written, and the connection is as good as before. */
export type Written = { readonly isMoved: false; readonly now: string } | { readonly isMoved: true };

/**
 * Takes the lock, has the server confirm what the plan was made on, writes it and commits, all in one round trip. Sends before it returns.
 * Throws as `writePlan` does.
 */
export const writeUnread = async (client: Client, plan: BatchPlan, head: ChainHead): Promise<Written> => {
  let confirmed = Promise.resolve('');
  try {
    await send(client, plan, () => {
      // In this order: what is confirmed outside of the transaction would fail alone, and let the rest be written.
      const locked = beginLocked(client);
      confirmed = expectHead(client, head, plan.now);
      return [locked, confirmed];
    });
    return { isMoved: false, now: await confirmed };
  } catch (error) {
    if (isMoved(error)) return { isMoved: true };
    throw error;
  }
};
