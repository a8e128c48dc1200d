import type { NatsConnection } from '@nats-io/transport-node';
import { Client } from 'pg';
import { z } from 'zod';
import { serveParent } from '../process/serve-parent.ts';
import { connectFloor } from '../connect-floor.ts';
import { FLOOR } from '../floor-subjects.ts';

// What stands in for the vault under the floor: one committed row, one notice, and answers that cost nothing to make.

const Start = z.object({ natsUrl: z.string(), creds: z.string(), databaseUrl: z.string() });
const Round = z.object({ instances: z.int() });

const ANSWER = new TextEncoder().encode(JSON.stringify({ ok: 'x'.repeat(700) }));
const ROW = 'x'.repeat(600);
let parts: { readonly connection: NatsConnection; readonly database: Client } | null = null;
let onAck: () => void = () => undefined;

const start = async (data: unknown): Promise<void> => {
  const { natsUrl, creds, databaseUrl } = Start.parse(data);
  const connection = await connectFloor(natsUrl, creds);
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  await database.query('CREATE TABLE IF NOT EXISTS converged (id bigserial PRIMARY KEY, body text NOT NULL)');
  connection.subscribe(FLOOR.fetch, { callback: (_error, message) => void message.respond(ANSWER) });
  connection.subscribe(FLOOR.ack, {
    callback: (_error, message) => {
      message.respond(ANSWER);
      onAck();
    },
  });
  await connection.flush();
  parts = { connection, database };
};

/** From before the commit to the last acknowledgement, as the vault counts it. */
const round = async (data: unknown): Promise<number> => {
  const { instances } = Round.parse(data);
  if (parts === null) throw new Error('the floor has not started');
  const { connection, database } = parts;
  let missing = instances;
  const all = new Promise<void>((resolve) => {
    onAck = () => {
      missing -= 1;
      if (missing === 0) resolve();
    };
  });
  const began = performance.now();
  await database.query({ name: 'commit', text: 'INSERT INTO converged (body) VALUES ($1)', values: [ROW] });
  connection.publish(FLOOR.notice, ANSWER);
  await all;
  return performance.now() - began;
};

const end = async (): Promise<void> => {
  await parts?.connection.close();
  await parts?.database.end();
};

serveParent({ start, round }, end);
