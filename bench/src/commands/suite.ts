import { z } from 'zod';
import type { BenchStack } from '../bench-stack.ts';
import type { Child } from '../process/child.ts';
import { figureOf, type SuiteResult } from '../report/figures.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { withGenerator } from './with-generator.ts';

const WIDTHS = [1, 8, 32, 64] as const;
const BATCH = 100;
const PROMISED = { width: 64, ratioAtLeast: 0.5 } as const;
/** Three times what OpenBao wrote beside what this floor made on one machine (docs/performance.md). */
const THREE_TIMES_OPENBAO = { ratioAtLeast: 0.2 } as const;

const ABOUT = [
  '`epoch.stage-candidate` over one live link: a version of three fields (a sealed password, two public ones), encrypted under a key of',
  'its own, hashed into the chain, appended with its two events, its verdict and its wrapped key, and committed before the answer.',
  'The load comes from a process of its own, the floors from that same process.',
] as const;

type Rates = { readonly single: number[]; readonly batched: number[]; readonly ours: Map<number, number[]> };

/** Commands a second, with 1, 8, 32 and 64 of them in flight. */
export const commands = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const counts = options.isQuick ? { 1: 60, 8: 200, 32: 400, 64: 600 } : { 1: 300, 8: 1_000, 32: 2_000, 64: 3_000 };
  const rounds = options.isQuick ? 2 : 9;
  const rates: Rates = { single: [], batched: [], ours: new Map(WIDTHS.map((width) => [width, []])) };
  const credentials = WIDTHS.reduce((sum, width) => sum + counts[width], 0);
  await withGenerator(stack, { name: 'commands', credentials, connections: PROMISED.width }, async (generator) => {
    await runRound(generator, counts, { single: [], batched: [], ours: new Map() }); // warm-up
    for (let round = 1; round <= rounds; round += 1) {
      await runRound(generator, counts, rates);
      options.onProgress(`commands: round ${round} of ${rounds} done`);
    }
  });
  return { suite: 'Commands', about: ABOUT, figures: figures(rates) };
};

/** Floor, ours, floor, ours…: each of our widths has the floors beside it. */
const runRound = async (child: Child, counts: Readonly<Record<(typeof WIDTHS)[number], number>>, rates: Rates): Promise<void> => {
  const rate = async (what: string, data: object): Promise<number> => z.number().parse(await child.ask(what, data));
  await child.ask('openEpochs');
  let from = 0;
  for (const width of WIDTHS) {
    const count = counts[width];
    rates.single.push(await rate('rows', { connections: PROMISED.width, rowsEach: 1, count: counts[PROMISED.width] }));
    const ours = await rate('stage', { width, from, count });
    rates.ours.get(width)?.push(ours);
    rates.batched.push(await rate('rows', { connections: 1, rowsEach: BATCH, count: 10 * counts[PROMISED.width] }));
    from += count;
  }
  await child.ask('closeEpochs');
};

const figures = ({ single, batched, ours }: Rates): SuiteResult['figures'] =>
  WIDTHS.flatMap((width) => {
    const name = `${width} in flight`;
    const promise = width === PROMISED.width ? { promise: { ratioAtLeast: PROMISED.ratioAtLeast } } : {};
    const common = { unit: 'a second', ours: ours.get(width) ?? [] } as const;
    const singleIs = `${PROMISED.width} connections committing single rows of 1 kB`;
    const batchedIs = `one connection inserting ${BATCH} such rows a transaction`;
    return [
      figureOf({ ...common, name, floor: single, floorIs: singleIs, ...promise }),
      ...(width === PROMISED.width
        ? [
            figureOf({ ...common, name: `${name}, three times OpenBao`, floor: single, floorIs: singleIs, promise: THREE_TIMES_OPENBAO }),
            figureOf({ ...common, name: `${name}, beside batches`, floor: batched, floorIs: batchedIs }),
          ]
        : []),
    ];
  });
