import type { Client } from 'pg';
import type { Appended, BatchPlan } from '../../log/plan-batch.ts';
import { jsonArray } from './json-array.ts';
import { sendTogether } from './send-together.ts';
import { writeRows } from './write-rows.ts';
import { writeWrites } from './write-writes.ts';

/** The channel on which a commit wakes the relay; only a hint. */
export const LOG_CHANNEL = 'keyturn_log';

const insertEvents = (client: Client, appended: readonly Appended[]): Promise<unknown> => {
  const events = appended.map(({ recorded }) => recorded);
  return client.query({
    name: 'insert-events',
    text: `WITH recorded AS (
             INSERT INTO events (position, stream, version, type, data, meta, recorded_at, sealed, sealed_hash, prev_hash, hash)
             SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[],
                                  $9::text[], $10::text[], $11::text[])
             RETURNING stream, version, position)
           INSERT INTO streams (stream, version, position) SELECT stream, version, position FROM recorded`,
    values: [
      events.map((event) => event.position),
      events.map((event) => event.stream),
      events.map((event) => event.version),
      events.map((event) => event.type),
      jsonArray(appended.map((each) => each.data)),
      jsonArray(appended.map((each) => each.meta)),
      events.map((event) => event.recordedAt),
      appended.map((each) => (each.sealed ? Buffer.from(each.sealed) : null)),
      events.map((event) => event.sealedHash),
      events.map((event) => event.prevHash),
      events.map((event) => event.hash),
    ],
  });
};

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
      ...(last ? [insertEvents(client, plan.appended)] : []),
      ...(plan.commands.length > 0 ? [insertCommands(client, plan)] : []),
      ...writeRows(client, plan.rows),
      ...writeWrites(client, plan.writes, plan.now),
      ...(last ? [notify(client, last.recorded.position)] : []),
      commit(client),
    ]),
  );
  for (const result of written) if (result.status === 'rejected') throw result.reason;
};
