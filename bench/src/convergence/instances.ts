import { Sensitive } from '@keyturn/kernel';
import { connect, type Keyturn } from '@keyturn/sdk';
import { z } from 'zod';
import { serveParent } from '../process/serve-parent.ts';
import { Login, probe, ProbeKind } from './probe.ts';

// A process with some instances of the SDK in it, each with a NATS connection of its own.

const Start = z.object({
  natsUrl: z.string(),
  consumer: z.string(),
  address: z.string(),
  probe: ProbeKind,
  instances: z.array(z.object({ name: z.string(), creds: z.string() })),
});
const Await = z.object({ generation: z.int() });

const connected: Keyturn[] = [];
const reported = new Map<number, number>();
let waiting: { readonly generation: number; readonly done: () => void } | null = null;

const Reported = z.object({ generation: z.int(), ok: z.literal(true) });
const onReport = (event: string, fields: unknown): void => {
  if (event !== 'secret.reported') return;
  const { generation } = Reported.parse(fields);
  reported.set(generation, (reported.get(generation) ?? 0) + 1);
  settle();
};

const settle = (): void => {
  if (waiting === null || (reported.get(waiting.generation) ?? 0) < connected.length) return;
  waiting.done();
  waiting = null;
};

const quiet = (): void => undefined;
const log = { debug: quiet, info: onReport, warn: quiet, error: quiet };

const start = async (data: unknown): Promise<void> => {
  const { natsUrl, consumer, address, probe: kind, instances } = Start.parse(data);
  for (const { name, creds } of instances) {
    const keyturn = await connect({ url: natsUrl, creds: new Sensitive(creds), consumer, instance: name, log });
    connected.push(keyturn);
    await keyturn.secret(address, { parse: (fields) => Login.parse(fields), probe: (fields) => probe(kind, fields) });
  }
};

/** Resolves when every instance's report on the generation was taken by the vault. */
const awaitReports = async (data: unknown): Promise<void> => {
  const { generation } = Await.parse(data);
  await new Promise<void>((done) => {
    waiting = { generation, done };
    settle();
  });
};

const end = async (): Promise<void> => void (await Promise.all(connected.splice(0).map((keyturn) => keyturn.close())));

serveParent({ start, awaitReports, end }, end);
