import type { BenchStack } from '../bench-stack.ts';
import { inFlight } from '../commands/in-flight.ts';
import { type Figure, figureOf, type SuiteResult } from '../report/figures.ts';
import { seedCredentials } from '../seed-credentials.ts';
import { type BenchGateway, startGateway } from '../start-gateway.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { type Connections, connections } from './floors.ts';

const WIDTHS = [1, 32] as const;
const MOST = 32;
const LIST = '/api/v1/admin/credentials';
/** OpenBao listed 10,000 keys in 30 ms. */
const TENTH_OF_OPENBAO_MS = 3;
const READ_ROWS = 'SELECT body FROM credentials WHERE credential_id > $1 ORDER BY credential_id LIMIT $2';
const MAKE_TABLE = 'CREATE TABLE IF NOT EXISTS recorded (id bigserial PRIMARY KEY, body text NOT NULL)';
/** About what one reveal adds to the log. */
const ROW = 'x'.repeat(1_000);

const ABOUT = [
  'One request of the HTTP API, from its first byte sent to its last byte read: client, gateway, NATS, vault, Postgres and back.',
  'Each floor has as many connections to the same Postgres as requests are under way. A reveal is recorded before it is answered.',
] as const;

type Work = () => Promise<unknown>;
type Kind = { readonly name: string; readonly ours: Work; readonly floor: Work; readonly floorIs: string; readonly aloneUnderMs?: number };

/** How long each of so many takes, with `width` of them under way. */
const timesOf = async (width: number, count: number, work: Work): Promise<number[]> => {
  const times: number[] = [];
  await inFlight(width, count, async () => {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  });
  return times;
};

type Setting = {
  readonly gateway: BenchGateway;
  readonly ids: readonly string[];
  readonly readers: Connections;
  readonly writers: Connections;
};

const kindsOf = ({ gateway, ids, readers, writers }: Setting): readonly Kind[] => {
  const anyId = (): string => ids[Math.floor(Math.random() * ids.length)] ?? '';
  const rows = (count: number) => (): Promise<unknown> => readers.run({ name: 'rows', text: READ_ROWS, values: [anyId(), count] });
  const row = (): Promise<unknown> => writers.run({ name: 'row', text: 'INSERT INTO recorded (body) VALUES ($1)', values: [ROW] });
  return [
    {
      name: 'a list of 50',
      ours: () => gateway.get(`${LIST}?limit=50`),
      floor: rows(50),
      floorIs: 'SELECT … LIMIT 50 by primary key',
      aloneUnderMs: TENTH_OF_OPENBAO_MS,
    },
    { name: 'a masked read', ours: () => gateway.get(`${LIST}/${anyId()}`), floor: rows(1), floorIs: 'SELECT … LIMIT 1 by primary key' },
    {
      name: 'a reveal',
      ours: () => gateway.post(`${LIST}/${anyId()}/reveal`, { reason: 'bench' }),
      floor: row,
      floorIs: 'one row of 1 kB, committed',
    },
  ];
};

/** Ours and the floor in turns: a whole round of one, then of the other. */
const measured = async (kind: Kind, width: number, { isQuick }: SuiteOptions): Promise<Figure> => {
  const [rounds, each] = isQuick ? [2, 64] : [7, 320];
  const ours: number[] = [];
  const floor: number[] = [];
  await timesOf(width, each, kind.ours); // doesn't count
  for (let round = 0; round < rounds; round += 1) {
    floor.push(...(await timesOf(width, each, kind.floor)));
    ours.push(...(await timesOf(width, each, kind.ours)));
  }
  const promise = width === 1 && kind.aloneUnderMs !== undefined ? { promise: { underMs: kind.aloneUnderMs } } : {};
  return figureOf({ name: `${kind.name}, ${width} in flight`, unit: 'ms', ours, floor, floorIs: kind.floorIs, ...promise });
};

/** How long a list, a masked read and a reveal take at the gateway, alone and among 32. */
export const latency = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const count = options.rows ?? (options.isQuick ? 1_000 : 10_000);
  const ids = await seedCredentials(stack.asGateway, { count });
  options.onProgress(`latency: ${count} credentials registered`);
  const gateway = await startGateway(stack);
  const readers = await connections(stack.vaultUrl, MOST);
  const writers = await connections(stack.floorUrl, MOST);
  try {
    await writers.run({ name: 'make', text: MAKE_TABLE, values: [] });
    const figures: Figure[] = [];
    for (const kind of kindsOf({ gateway, ids, readers, writers }))
      for (const width of WIDTHS) {
        figures.push(await measured(kind, width, options));
        options.onProgress(`latency: ${kind.name}, ${width} in flight, done`);
      }
    return { suite: 'Latency', about: [`${count.toLocaleString('en')} credentials.`, ...ABOUT], figures };
  } finally {
    await readers.close();
    await writers.close();
    await gateway.stop();
  }
};
