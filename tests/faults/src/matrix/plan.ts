import type { PointName } from '../inject/failpoints.ts';
import { type Cell, CELLS, type Fault, FAULTS, POINTS, REACHABLE, STRATEGIES } from './cells.ts';
import { randomOf, shuffled } from './random.ts';

/** Cells that one fault hits together, in how many credentials of a strategy, and the seed that decides how. */
export type Planned = { readonly cells: readonly Cell[]; readonly copies: 1 | 2; readonly seed: number };

/** A worker starts one run after another, and the vault writes and publishes so: two rotations can't both stand there. */
const isAlone = (cell: Cell | undefined): boolean => cell !== undefined && (cell.point === 'K0' || POINTS[cell.point].stands === 'vault');

const hitTogether = (cell: Cell): string => `${cell.point}/${cell.fault}${isAlone(cell) ? `/${cell.strategy}` : ''}`;

/** Every reachable cell twice in each round: in both credentials at once, or under two faults where they can't both stand there. */
export const planRuns = (rounds: number, firstSeed: number): Planned[] => {
  const together = [...Map.groupBy(REACHABLE, hitTogether).values()];
  let seed = firstSeed;
  return Array.from({ length: rounds }, (_, round) => {
    const times = together.flatMap((cells) => (isAlone(cells[0]) ? [cells, cells] : [cells]));
    const planned = shuffled(times, randomOf(firstSeed + round)).map((cells): Planned => {
      return { cells, copies: isAlone(cells[0]) ? 1 : 2, seed: seed++ };
    });
    return planned.toSorted((a, b) => b.copies - a.copies); // the most runs first
  }).flat();
};

const both = (point: PointName, fault: Fault): string[] => STRATEGIES.map((strategy) => `${point}/${strategy}/${fault}`);

const SLICE = [
  ['K3/chosen/worker'],
  ['K4/issued/worker'],
  ['K7/chosen/vault'],
  both('K9', 'subscriber'),
  both('K12', 'vault'),
  both('K2', 'paused worker'),
];

/** What `pnpm test` runs of it. */
export const planSlice = (firstSeed: number): Planned[] =>
  SLICE.map((ids, index) => ({ cells: REACHABLE.filter(({ id }) => ids.includes(id)), copies: 1, seed: firstSeed + index }));

/** The matrix as a table, for the docs: how often each cell was reached. */
export const matrixTable = (counts: ReadonlyMap<string, number>): string => {
  const head = ['point', 'what', 'strategy', ...FAULTS];
  const rows = [...Map.groupBy(CELLS, ({ point, strategy }) => `${point}/${strategy}`).values()].map((cells) => {
    const [{ point, strategy } = { point: 'K0', strategy: 'chosen' } as const] = cells;
    return [
      point,
      POINTS[point].what,
      strategy,
      ...cells.map(({ id, whyNot }) => (whyNot === null ? String(counts.get(id) ?? 0) : 'not reachable')),
    ];
  });
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};
