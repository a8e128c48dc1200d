import { z } from 'zod';
import type { BenchStack } from '../bench-stack.ts';
import type { Child } from '../process/child.ts';
import { cpuBudget, type CpuBudget } from '../process/cpu-budget.ts';
import { cpuTimes, type Watched } from '../process/cpu-time.ts';
import { figureOf, type SuiteResult } from '../report/figures.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { withBareVault } from './bare/with-bare-vault.ts';
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

/** About the most that commands could come to (docs/performance.md). */
const BARE_IS =
  'the same over the same wire, sealed, wrapped, hashed, durable in as many rows, and published, with nothing checked, decided, folded or kept in mind';

type Rates = { readonly single: number[]; readonly batched: number[]; readonly bare: number[]; readonly ours: Map<number, number[]> };
/** What the CPUs did meanwhile, with as many in flight as is promised of. */
type Budgets = { readonly single: CpuBudget; readonly bare: CpuBudget; readonly ours: CpuBudget };
type Measured = { readonly rates: Rates; readonly budgets: Budgets };

const nothingYet = (): Measured => ({
  rates: { single: [], batched: [], bare: [], ours: new Map(WIDTHS.map((width) => [width, []])) },
  budgets: { single: cpuBudget(), bare: cpuBudget(), ours: cpuBudget() },
});

/** Commands a second, with 1, 8, 32 and 64 of them in flight. */
export const commands = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const counts = options.isQuick ? { 1: 60, 8: 200, 32: 400, 64: 600 } : { 1: 300, 8: 1_000, 32: 2_000, 64: 3_000 };
  const rounds = options.isQuick ? 2 : 9;
  const measured = nothingYet();
  const credentials = WIDTHS.reduce((sum, width) => sum + counts[width], 0);
  await withBareVault(stack, ({ pid, ...bare }) =>
    withGenerator(stack, { name: 'commands', credentials, connections: PROMISED.width }, async (generator) => {
      await generator.ask('openBare', bare);
      const own = [
        { name: 'load generator', pid: generator.pid },
        { name: 'bare vault', pid },
      ];
      const round = { generator, counts, watched: [...stack.watched, ...own] };
      await runRound(round, nothingYet()); // warm-up
      for (let at = 1; at <= rounds; at += 1) {
        await runRound(round, measured);
        options.onProgress(`commands: round ${at} of ${rounds} done`);
      }
    }),
  );
  return { suite: 'Commands', about: [...ABOUT, ...spent(measured.budgets)], figures: figures(measured.rates) };
};

type Round = {
  readonly generator: Child;
  readonly counts: Readonly<Record<(typeof WIDTHS)[number], number>>;
  readonly watched: readonly Watched[];
};

/** Floor, ours, floor, ours…: each of our widths has the floors beside it. */
const runRound = async ({ generator, counts, watched }: Round, { rates, budgets }: Measured): Promise<void> => {
  const rate = async (
    what: string,
    data: Readonly<Record<string, number>> & { readonly count: number },
    budget?: CpuBudget,
  ): Promise<number> => {
    const before = cpuTimes(watched);
    const perSecond = z.number().parse(await generator.ask(what, data));
    budget?.add({ before, after: cpuTimes(watched), pieces: data.count, ms: (data.count * 1_000) / perSecond });
    return perSecond;
  };
  await generator.ask('openEpochs');
  let from = 0;
  for (const width of WIDTHS) {
    const count = counts[width];
    const rows = { connections: PROMISED.width, rowsEach: 1, count: counts[PROMISED.width] };
    rates.single.push(await rate('rows', rows, budgets.single));
    const ours = await rate('stage', { width, from, count }, width === PROMISED.width ? budgets.ours : undefined);
    rates.ours.get(width)?.push(ours);
    rates.batched.push(await rate('rows', { connections: 1, rowsEach: BATCH, count: 10 * counts[PROMISED.width] }));
    from += count;
  }
  const bare = { width: PROMISED.width, count: counts[PROMISED.width] };
  rates.bare.push(await rate('stageBare', bare, budgets.bare));
  await generator.ask('closeEpochs');
};

/** What a command costs beside a row of the floor, where the system tells. */
const spent = (budgets: Budgets): string[] => {
  const [command, bare, row] = [budgets.ours.sentence(), budgets.bare.sentence(), budgets.single.sentence()];
  if (command === null || bare === null || row === null) return [];
  return ['', `With ${PROMISED.width} in flight a command takes ${command}; its bare work takes ${bare}; a row of the floor takes ${row}.`];
};

const figures = ({ single, batched, bare, ours }: Rates): SuiteResult['figures'] =>
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
            figureOf({ ...common, name: `${name}, beside the bare work`, floor: bare, floorIs: BARE_IS }),
            figureOf({ unit: 'a second', name: `the bare work, ${name}`, ours: bare, floor: single, floorIs: singleIs }),
          ]
        : []),
    ];
  });
