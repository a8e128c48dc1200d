import { setTimeout as pause } from 'node:timers/promises';
import { BulkRotationStarted } from '@keyturn/contracts/commands';
import { type BulkRotationView, VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { createPace, memoryTurns } from '@keyturn/providers/http';
import { type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import type { BenchStack } from '../bench-stack.ts';
import { type Figure, figureOf, type SuiteResult } from '../report/figures.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { must } from '../vault-answers.ts';
import { type Account, registerTokens } from './account.ts';
import { type Memory, startWorker } from './worker.ts';

/** The simulator's, and the worker's. Cloudflare's own, 1,200 calls in 5 minutes, would take hours. */
const RATE = { calls: 100, perMs: 1_000 };
const IN_FLIGHT = 10;
const LOOK_MS = 1_000;
/** A worker has done so many rotations before its memory is looked at: until then its caches fill. */
const WARM = 0.25;

/** Many rotations in one request, at a provider that counts its calls. */
export const bulk = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const count = options.rows ?? (options.isQuick ? 50 : 1_000);
  const tokens: Account = new Map();
  const cloudflare = await startCloudflare(tokens);
  try {
    await registerTokens(stack, tokens, cloudflare.url, count);
    options.onProgress(`bulk: ${count} credentials registered`);
    const worker = await startWorker(stack, `cloudflare=${RATE.calls}/${RATE.perMs}`);
    try {
      cloudflare.limit(RATE);
      const run = await rotateAll(stack, count, worker.memory, options);
      const { calls, refused, most } = cloudflare.limited();
      if (refused > 0) throw new Error(`the provider refused ${refused} of ${calls} calls: its rate was exceeded`);
      const floorSeconds = await rawCalls(cloudflare, calls);
      const about = [
        `${count.toLocaleString('en')} simulated Cloudflare tokens in one bulk rotation, ${IN_FLIGHT} at once: all completed in ${Math.round(run.seconds)} s, ` +
          `with ${calls.toLocaleString('en')} calls, at most ${most} in any second of the ${RATE.calls} that the simulator allows, none refused.`,
        `The floor: as many raw calls of one process, ${IN_FLIGHT} at once, at the same pace (85 % of the rate).`,
        'The worker is made to collect every few seconds what it needs no more.',
      ];
      const figures = [
        figureOf({
          name: 'rotations of a bulk rotation',
          unit: 'a second',
          ours: [count / run.seconds],
          floor: [count / floorSeconds],
          floorIs: `${calls.toLocaleString('en')} raw HTTP calls at the provider's rate`,
        }),
        memoryFigure(run, { what: 'resident memory of the worker', ratioUnder: 1.25, measured: ({ resident }) => resident }),
        memoryFigure(run, { what: 'its heaps after a collection', ratioUnder: 1.1, measured: ({ heaps }) => heaps }),
      ];
      return { suite: 'Bulk', about, figures };
    } finally {
      await worker.stop();
    }
  } finally {
    await cloudflare.close();
  }
};

type Sample = { readonly through: number; readonly memory: Memory };
type Run = { readonly seconds: number; readonly count: number; readonly samples: readonly Sample[] };

const read = async ({ asGateway }: BenchStack, bulkId: string): Promise<BulkRotationView> => {
  const answer = await asGateway.query('bulk-rotation.get', { bulkId, limit: 1 });
  if (!answer.ok) throw new Error(`bulk-rotation.get was refused: ${answer.refusal.code}`);
  return VAULT_QUERIES_TABLE['bulk-rotation.get'].answer.parse(answer.value.value);
};

/** Asks for all of them, and waits until they are through. Fails where one did not complete. */
const rotateAll = async (stack: BenchStack, count: number, memory: () => Memory, { onProgress }: SuiteOptions): Promise<Run> => {
  const wish = { service: 'cloudflare', maxInFlight: IN_FLIGHT, stopAfterFailures: 1, note: 'bench' };
  const { bulkId, total } = BulkRotationStarted.parse(await must(stack.asGateway, 'bulk-rotation.request', wish));
  if (total !== count) throw new Error(`${total} members instead of ${count}`);
  const samples: Sample[] = [];
  for (;;) {
    await pause(LOOK_MS);
    const { status, counts, requestedAt, endedAt, sentence } = await read(stack, bulkId);
    samples.push({ through: counts.completed, memory: memory() });
    if (samples.length % 10 === 0) onProgress(`bulk: ${sentence}`);
    if (status === 'paused') throw new Error(sentence);
    if (status !== 'ended') continue;
    if (counts.completed !== count) throw new Error(sentence);
    return { seconds: (Date.parse(endedAt ?? '') - Date.parse(requestedAt)) / 1_000, count, samples };
  }
};

type Measured = { readonly what: string; readonly ratioUnder: number; readonly measured: (memory: Memory) => number };

/** Memory in the last quarter of the run beside that in the second; of a run too short for quarters, what was seen last. */
const memoryFigure = ({ count, samples }: Run, { what, ratioUnder, measured }: Measured): Figure => {
  const between = (from: number, to: number): number[] => {
    const within = samples.filter(({ through }) => through >= from * count && through < to * count);
    return (within.length > 0 ? within : samples.slice(-1)).map(({ memory }) => measured(memory));
  };
  const floorIs = 'the same in the second quarter of the run';
  const [before, after] = [between(WARM, 0.5), between(0.75, 1)];
  return figureOf({ name: `${what}, last quarter`, unit: 'MB', ours: after, floor: before, floorIs, promise: { ratioUnder } });
};

const now = (): number => performance.now();

/** How many seconds so many calls take that do nothing else. */
const rawCalls = async (cloudflare: Simulator, calls: number): Promise<number> => {
  cloudflare.limit(RATE);
  const pace = createPace({ provider: 'cloudflare', rate: RATE, turns: memoryTurns(now), now, wait: (ms) => pause(ms) });
  const began = performance.now();
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await pace.turn('');
      await (await fetch(`${cloudflare.url}/user/tokens/verify`)).arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  return (performance.now() - began) / 1_000;
};
