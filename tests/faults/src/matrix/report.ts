import { CELLS } from './cells.ts';
import { matrixTable, type Planned } from './plan.ts';
import type { RunEnd } from './run-batch.ts';

/** What is kept of a run. `commit`: of the product and of its judge; the first runs don't say it. */
export type Run = Omit<RunEnd, 'record'> & { readonly commit?: string };

const commitsOf = (runs: readonly Run[]): string =>
  [...Map.groupBy(runs, ({ commit }) => commit)].map(([commit, own]) => `${commit ?? 'not written down'} (${own.length})`).join(', ');

/** Runs of one fault in a line, and every finding in one of its own. */
export const tellRuns = (runs: readonly Run[]): string => {
  const [first] = runs;
  const words = runs.map(({ cell, reached, ends, findings }) => {
    const end = ends.map((one) => one.replace('rotation.', '')).join(', ');
    return `${cell} (${end}): ${reached ? '' : 'NOT REACHED, '}${findings.length === 0 ? 'good' : `${findings.length} FINDINGS`}`;
  });
  const findings = runs.flatMap((run) =>
    run.findings.map(({ invariant, sentence }) => `\n       ${run.cell} ${run.seed}: ${invariant}: ${sentence}`),
  );
  return `seed ${first?.seed}  ${((first?.ms ?? 0) / 1000).toFixed(1)} s  ${words.join(' · ')}${findings.join('')}`;
};

export type Report = {
  readonly counts: ReadonlyMap<string, number>;
  /** Cells that were planned and that no run reached. */
  readonly never: readonly string[];
  readonly findings: readonly string[];
  /** All of it in one sentence. */
  readonly summary: string;
  readonly isGood: boolean;
};

/** Numbers in order, and those that follow on one another as from–to. */
const ranges = (numbers: readonly number[]): string => {
  const ordered = [...new Set(numbers)].toSorted((a, b) => a - b);
  const starts = ordered.filter((number, index) => number !== (ordered[index - 1] ?? Number.NaN) + 1);
  const ends = ordered.filter((number, index) => number !== (ordered[index + 1] ?? Number.NaN) - 1);
  return starts.map((start, index) => (start === ends[index] ? String(start) : `${start}–${ends[index]}`)).join(', ');
};

/** How the runs cover the matrix, and whether they are as promised: each planned cell reached, and nothing found. */
export const report = (runs: readonly Run[], planned: readonly Planned[]): Report => {
  const reached = Map.groupBy(
    runs.filter((run) => run.reached),
    ({ cell }) => cell,
  );
  const counts = new Map([...reached].map(([cell, own]) => [cell, own.length]));
  const never = [...new Set(planned.flatMap(({ cells }) => cells.map(({ id }) => id)))].filter((id) => !counts.has(id));
  const findings = runs.flatMap((run) =>
    run.findings.map(({ invariant, sentence }) => `${run.cell} ${run.seed}: ${invariant}: ${sentence}`),
  );
  const seeds = runs.map(({ seed }) => seed);
  return {
    counts,
    never,
    findings,
    summary:
      `${runs.length} runs under ${new Set(seeds).size} faults: ${counts.size} cells reached, ${never.length} not; ` +
      `${findings.length} violations. Seeds: ${ranges(seeds)}. Runs by commit: ${commitsOf(runs)}`,
    isGood: never.length === 0 && findings.length === 0 && runs.every((run) => run.reached),
  };
};

/** Why no run can come there. */
const unreachable = (): string[] => CELLS.flatMap(({ id, whyNot }) => (whyNot === null ? [] : [`not reachable: ${id}: ${whyNot}`]));

export const tellReport = ({ counts, never, findings, summary }: Report): string =>
  [matrixTable(counts), ...unreachable(), ...never.map((cell) => `never reached: ${cell}`), ...findings, summary].join('\n');

const START = '<!-- matrix:start, written by `pnpm test:matrix --write-docs` -->';
const END = '<!-- matrix:end -->';

/** The page with the section between its marks written anew. */
export const withReport = (page: string, told: Report): string => {
  const [from, to] = [page.indexOf(START), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error('the page has no marks for the matrix');
  return `${page.slice(0, from + START.length)}\n\n${told.summary}.\n\n${matrixTable(told.counts)}\n\n${page.slice(to)}`;
};
