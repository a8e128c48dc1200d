import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CannotStart, projectRoot, stopInReverse, stopOnSignal, sweepDeadRuns } from '@keyturn/dev-stack';
import { startBenchStack } from './bench-stack.ts';
import { plotPath, withFigures } from './report/docs.ts';
import type { SuiteResult } from './report/figures.ts';
import { busyWarning, type Machine, machineAfter, machineBefore, machineLine } from './report/machine.ts';
import { plotOf } from './report/plot.ts';
import { tableLines } from './report/table.ts';
import { SUITES, suiteNames } from './suites.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rows: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    from: { type: 'string', multiple: true, default: [] },
    profile: { type: 'boolean', default: false },
  },
});

const varRoot = join(projectRoot, 'var');
const outDir = join(varRoot, 'bench');
const page = join(projectRoot, 'docs', 'performance.md');
const say = (line: string): void => console.log(line);

/** Runs the suites on a stack of their own, one after another. */
const measure = async (): Promise<SuiteResult[]> => {
  const names = suiteNames(values.only);
  if (names === null) throw new CannotStart(`--only takes ${Object.keys(SUITES).join(', ')}, or several with commas.`);
  await sweepDeadRuns(varRoot, 'bench');
  const varDir = join(varRoot, `bench-${process.pid}`);
  const stack = await startBenchStack({ varDir, ...(values.profile ? { profileDir: outDir } : {}) });
  const unhook = stopOnSignal(stack);
  const sized = values.rows === undefined ? {} : { rows: Number(values.rows) };
  const results: SuiteResult[] = [];
  try {
    for (const name of names) {
      results.push(
        await SUITES[name](stack, { ...sized, isQuick: values.quick, onProgress: (sentence) => console.error(`· ${sentence}`) }),
      );
    }
  } finally {
    unhook();
    await stopInReverse(stack);
    rmSync(varDir, { recursive: true, force: true });
  }
  return results;
};

type Measured = { readonly machine: Machine; readonly isQuick: boolean; readonly suites: readonly SuiteResult[] };

const writeDocs = ({ machine, suites }: Measured): void => {
  writeFileSync(page, withFigures(readFileSync(page, 'utf8'), machine, suites));
  for (const result of suites) writeFileSync(join(dirname(page), plotPath(result.suite)), plotOf(result));
};

const report = (machine: Machine, results: readonly SuiteResult[]): void => {
  for (const result of results) say(tableLines(result).join('\n'));
  say(machineLine(machine));
  const path = values.json === undefined ? join(outDir, `${machine.at.slice(0, 10)}.json`) : resolve(values.json);
  const measured: Measured = { machine, isQuick: values.quick, suites: results };
  writeFileSync(path, `${JSON.stringify(measured, null, 2)}\n`);
  for (const result of results) writeFileSync(join(outDir, `${result.suite.toLowerCase()}.svg`), plotOf(result));
  say(`written: ${path}, and a plot of each suite to ${outDir}`);
  if (values['write-docs']) writeDocs(measured);
};

const measureAndReport = async (): Promise<void> => {
  mkdirSync(outDir, { recursive: true });
  const before = machineBefore();
  const warning = busyWarning(before);
  if (warning !== null) say(`WARNING: ${warning}\n`);
  const results = await measure();
  report(machineAfter(before), results);
  const isKept = results.every(({ figures }) => figures.every(({ wanted }) => wanted?.isKept !== false));
  process.exitCode = isKept ? 0 : 1;
};

try {
  if (values.from.length === 0) await measureAndReport();
  for (const kept of values.from) writeDocs(JSON.parse(readFileSync(resolve(kept), 'utf8')) as Measured);
} catch (fault) {
  console.error(fault instanceof CannotStart ? fault.message : fault);
  process.exitCode = 2;
}
