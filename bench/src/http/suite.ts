import { randomUUID } from 'node:crypto';
import type { BenchStack } from '../bench-stack.ts';
import { closeFloor, commitRows, openFloor } from '../commands/floor.ts';
import { inFlight } from '../commands/in-flight.ts';
import { figureOf, type SuiteResult } from '../report/figures.ts';
import { type BenchGateway, startGateway } from '../start-gateway.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { register } from '../vault-answers.ts';

const WIDTHS = [1, 8, 32, 64] as const;
const CONNECTIONS = 64;
const CREDENTIALS = 1_000;
const PROMISED = [
  { what: 'new values', width: 64, ratioAtLeast: 0.2 },
  { what: 'reveals', width: 32, ratioAtLeast: 0.18 },
] as const;

const ABOUT = [
  'The HTTP API with a bearer token: client, gateway, NATS, vault, Postgres and back. A new value is sealed by the gateway, encrypted under a',
  'key of its own, recorded and current before the answer; a reveal is recorded before it is answered.',
] as const;

type Kind = { readonly name: string; readonly ask: (gateway: BenchGateway, credentialId: string) => Promise<unknown> };

const KINDS: readonly Kind[] = [
  {
    name: 'new values',
    ask: (gateway, id) => gateway.post(`/api/v1/admin/credentials/${id}/versions`, { secretFields: { token: randomUUID() } }),
  },
  { name: 'reveals', ask: (gateway, id) => gateway.post(`/api/v1/admin/credentials/${id}/reveal`, { reason: 'bench' }) },
];

/** New values and reveals a second at the HTTP API. */
export const http = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const counts = options.isQuick ? { 1: 40, 8: 120, 32: 240, 64: 300 } : { 1: 150, 8: 400, 32: 800, 64: 1_000 };
  const rounds = options.isQuick ? 2 : 7;
  const ids: string[] = [];
  await inFlight(CONNECTIONS, CREDENTIALS, async (index) => {
    const kind = { credentialType: 'generic', publicFields: {}, secret: { token: randomUUID() } } as const;
    ids.push(await register(stack.asGateway, { address: `system.generic.http-${index}`, issuer: null, ...kind }));
  });
  const gateway = await startGateway(stack);
  const rates = new Map<string, number[]>();
  const floor: number[] = [];
  const rate = async ({ ask }: Kind, width: number, count: number): Promise<number> => {
    const began = performance.now();
    await inFlight(width, count, async (index) => void (await ask(gateway, ids[index % ids.length] ?? '')));
    return (count * 1_000) / (performance.now() - began);
  };
  try {
    await openFloor(stack.floorUrl, CONNECTIONS);
    for (const kind of KINDS) await rate(kind, CONNECTIONS, CREDENTIALS); // warm-up
    for (let round = 1; round <= rounds; round += 1) {
      for (const kind of KINDS)
        for (const width of WIDTHS) {
          floor.push(await commitRows({ connections: CONNECTIONS, rowsEach: 1, count: 2 * counts[64] }));
          const name = nameOf(kind.name, width);
          rates.set(name, [...(rates.get(name) ?? []), await rate(kind, width, counts[width])]);
        }
      options.onProgress(`http: round ${round} of ${rounds} done`);
    }
  } finally {
    await closeFloor();
    await gateway.stop();
  }
  return { suite: 'HTTP', about: ABOUT, figures: [...rates].map(([name, ours]) => figure(name, ours, floor)) };
};

const nameOf = (what: string, width: number): string => `${what}, ${width} in flight`;

const figure = (name: string, ours: readonly number[], floor: readonly number[]) => {
  const promised = PROMISED.find(({ what, width }) => nameOf(what, width) === name);
  return figureOf({
    name,
    unit: 'a second',
    ours,
    floor,
    floorIs: `${CONNECTIONS} connections committing single rows of 1 kB`,
    ...(promised ? { promise: { ratioAtLeast: promised.ratioAtLeast } } : {}),
  });
};
