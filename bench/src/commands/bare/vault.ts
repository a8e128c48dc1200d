import { createSecretKey } from 'node:crypto';
import { type NatsAsker, natsAsker } from '@keyturn/bus';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { BARE, MAKE_STREAM } from '../../floor-subjects.ts';
import { serveParent } from '../../process/serve-parent.ts';
import { connectFloor, FLOOR_INBOX } from '../../connect-floor.ts';
import { type BareStore, openBareStore } from './store.ts';
import { bareChain, bareWorker, type BareEvent, type Worked } from './work.ts';

// What is left of a vault where nothing is checked, decided, folded, refused or kept in mind: a command is opened, its version sealed and its
// key wrapped, two events are chained, all of a batch is written in one durable transaction, each is answered, and the events go to a stream.

const Start = z.object({ natsUrl: z.string(), creds: z.string(), databaseUrl: z.string(), link: z.string() });
/** The best of ten ways to batch: one to four on their way, of 16, 24 or 32 commands at most or of all that wait. */
const ON_THEIR_WAY = 3;
const BATCH = 24;
const TIMEOUT_MS = 10_000;
const ANSWER = new TextEncoder().encode(JSON.stringify({ ok: { version: 1 } }));
const STREAM = {
  name: BARE.stream,
  subjects: [`${BARE.events}.>`],
  storage: 'file',
  retention: 'limits',
  discard: 'old',
  num_replicas: 1,
} as const;

type Waiting = { readonly message: Msg; readonly worked: Worked };
let parts: { readonly connection: NatsConnection; readonly store: BareStore } | null = null;

const messageOf = (event: BareEvent): [subject: string, payload: Uint8Array] => {
  const { position, type, stream, recordedAt, published } = event;
  const envelope = { specversion: '1.0', id: `1.${position}`, type, subject: stream, time: recordedAt, data: published };
  return [`${BARE.events}.${type}`, Buffer.from(JSON.stringify(envelope))];
};

/** Has the stream say that it took the last one; throws where it didn't. */
const publish = async (connection: NatsConnection, ask: NatsAsker, events: readonly BareEvent[]): Promise<void> => {
  for (const event of events.slice(0, -1)) connection.publish(...messageOf(event));
  const last = events.at(-1);
  const taken = last && (await ask(...messageOf(last), { timeoutMs: TIMEOUT_MS })).json<object>();
  if (taken && 'error' in taken) throw new Error(`the stream took none: ${JSON.stringify(taken.error)}`);
};

const serve = (connection: NatsConnection, store: BareStore, work: (payload: string) => Worked): void => {
  const chain = bareChain();
  const ask = natsAsker({ connection, inboxPrefix: FLOOR_INBOX });
  const waiting: Waiting[] = [];
  let flying = 0;
  const flush = async (): Promise<void> => {
    if (waiting.length === 0 || flying >= ON_THEIR_WAY) return;
    const batch = waiting.splice(0, BATCH);
    flying += 1;
    const now = new Date().toISOString();
    const worked = batch.map((each) => each.worked);
    const events = chain(worked, now);
    const writing = store.write(worked, events, now);
    setImmediate(() => void flush());
    await writing;
    flying -= 1;
    for (const { message } of batch) message.respond(ANSWER);
    setImmediate(() => void flush());
    await publish(connection, ask, events);
  };
  connection.subscribe(BARE.command, {
    callback: (fault, message) => {
      if (fault) throw fault;
      waiting.push({ message, worked: work(message.string()) });
      if (waiting.length === 1) setImmediate(() => void flush());
    },
  });
};

const start = async (data: unknown): Promise<void> => {
  const { natsUrl, creds, databaseUrl, link } = Start.parse(data);
  const [connection, store] = await Promise.all([connectFloor(natsUrl, creds), openBareStore(databaseUrl)]);
  parts = { connection, store };
  const made = (await connection.request(MAKE_STREAM, JSON.stringify(STREAM))).json<object>();
  if ('error' in made) throw new Error(`the stream of the floor was not made: ${JSON.stringify(made.error)}`);
  serve(connection, store, bareWorker(createSecretKey(Buffer.from(link, 'hex'))));
  await connection.flush();
};

const end = async (): Promise<void> => {
  await parts?.connection.close();
  await parts?.store.close();
};

serveParent({ start }, end);
