import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { serveParent } from '../process/serve-parent.ts';
import { connectFloor } from '../connect-floor.ts';
import { FLOOR } from '../floor-subjects.ts';
import { Login, probe, ProbeKind } from './probe.ts';

// What instances of the SDK can't do with less: hear a notice, ask once, probe, ask once more. Raw, and as many in a process.

const Start = z.object({ natsUrl: z.string(), creds: z.string(), probe: ProbeKind, login: Login, count: z.int() });

const TIMEOUT_MS = 60_000;
const ASKED = new TextEncoder().encode(JSON.stringify({ asked: 'x'.repeat(300) }));
const connected: NatsConnection[] = [];

const start = async (data: unknown): Promise<void> => {
  const { natsUrl, creds, probe: kind, login, count } = Start.parse(data);
  for (let index = 0; index < count; index += 1) {
    const connection = await connectFloor(natsUrl, creds);
    connected.push(connection);
    const follow = async (): Promise<void> => {
      await connection.request(FLOOR.fetch, ASKED, { timeout: TIMEOUT_MS });
      await probe(kind, login);
      await connection.request(FLOOR.ack, ASKED, { timeout: TIMEOUT_MS });
    };
    connection.subscribe(FLOOR.notice, { callback: () => void follow() });
    await connection.flush();
  }
};

const end = async (): Promise<void> => void (await Promise.all(connected.splice(0).map((connection) => connection.close())));

serveParent({ start, end }, end);
