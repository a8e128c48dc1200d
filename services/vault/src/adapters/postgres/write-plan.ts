import type { Client } from 'pg';
import type { Appended, BatchPlan } from '../../log/plan-batch.ts';
import { type InsertedEvent, insertEvents } from './insert-events.ts';
import { jsonArray } from './json-array.ts';
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
      commands.map((command) => command.commandId),
      commands.map((command) => command.fingerprint),
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

/** Writes the plan and commits, all in one round trip. Throws the first statement's error; then nothing was written, or nobody knows. */
export const writePlan = async (client: Client, plan: BatchPlan): Promise<void> => {
  const last = plan.appended.at(-1);
  const written = await sendTogether(client, () =>
    Promise.allSettled([
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
