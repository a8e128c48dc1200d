import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '@keyturn/dev-stack';
import { keepRecord, recordsDir } from './keep-record.ts';
import { type MatrixStack, startMatrixStack } from './matrix-stack.ts';
import { type Planned, planRuns, planSlice } from './plan.ts';
import { matrixPicture } from './picture.ts';
import { productCommit } from './product-commit.ts';
import { type Report, type Run, report, tellReport, tellRuns, withReport } from './report.ts';
import { runBatch, type RunEnd } from './run-batch.ts';
import { runSeeded } from './run-seeded.ts';

// `pnpm test:matrix`: every reachable cell, several times. What was run is kept in var/matrix, so that a run that was ended goes on there.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    only: { type: 'string' },
    slice: { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
    'any-commit': { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    seeded: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
  },
});

const runsFile = join(recordsDir, 'runs.jsonl');
mkdirSync(recordsDir, { recursive: true });

const firstSeed = Number(values.seed);
const planned = values.slice ? planSlice(firstSeed) : planRuns(Number(values.rounds), firstSeed);
const wanted = planned
  .map(({ cells, ...how }) => ({ ...how, cells: cells.filter(({ id }) => values.only === undefined || id.includes(values.only)) }))
  .filter(({ cells }) => cells.length > 0);
const until = performance.now() + Number(values.minutes ?? 'Infinity') * 60_000;

const commit = productCommit();

const readAll = (): Run[] =>
  existsSync(runsFile)
    ? readFileSync(runsFile, 'utf8')
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Run)
    : [];

/** A run shows something of the product that it was of, and of no other. */
const readRuns = (): Run[] => readAll().filter((run) => values['any-commit'] || run.commit === commit);

const keepRun = (run: Run): void => appendFileSync(runsFile, `${JSON.stringify({ ...run, commit })}\n`);
const keep = (ends: readonly RunEnd[]): void => {
  for (const { record, ...run } of ends) {
    keepRun(run);
    keepRecord({ ...run, record });
  }
};

/** A batch that could not even be run, e.g. because the one before it never came to rest, is a failure of its cells. */
const failed = ({ cells, seed }: Planned, fault: unknown): Run[] =>
  cells.map(({ id: cell }) => {
    const sentence = `the run broke off: ${fault instanceof Error ? fault.message : String(fault)}`;
    return { cell, seed, address: '', reached: false, ms: 0, ends: [], findings: [{ invariant: 'I13', sentence }] };
  });

const docs = join(projectRoot, 'docs');
const writeDocs = (told: Report): void => {
  const page = join(docs, 'faults.md');
  writeFileSync(page, withReport(readFileSync(page, 'utf8'), told));
  writeFileSync(join(docs, 'images', 'faults.svg'), matrixPicture(told.counts));
};

const runMatrix = async (): Promise<void> => {
  if (!values.resume) writeFileSync(runsFile, '');
  const others = readAll().length - readRuns().length;
  console.log(`seed ${firstSeed}, commit ${commit}${others === 0 ? '' : `; ${others} runs of other commits don’t count (--any-commit)`}`);
  const done = new Set(readRuns().map(({ cell, seed }) => `${cell} ${seed}`));
  const reached = new Set(values.missing ? readRuns().flatMap((run) => (run.reached ? [run.cell] : [])) : []);
  const isLeft = ({ cells, seed }: Planned): boolean => cells.some(({ id }) => !done.has(`${id} ${seed}`) && !reached.has(id));
  const left = wanted.filter(isLeft);
  let stack: MatrixStack | null = null;
  let count = wanted.length - left.length;
  for (const batch of left) {
    if (performance.now() > until) break;
    if (!isLeft(batch)) continue; // it was, until a run before it reached all of its cells
    stack ??= await startMatrixStack();
    const ends: readonly (Run | RunEnd)[] = await runBatch(stack, batch).then(
      (ran) => {
        keep(ran);
        return ran;
      },
      (fault: unknown) => {
        const broken = failed(batch, fault);
        broken.forEach(keepRun);
        return broken;
      },
    );
    if (values.missing) ends.filter((run) => run.reached).forEach(({ cell }) => reached.add(cell));
    console.log(`${String((count += 1)).padStart(3)}/${wanted.length}  ${tellRuns(ends)}`);
    if (ends.every(({ findings }) => findings.length === 0)) continue;
    await stack.stop(); // what is left of a run that failed shall not fail the next one
    stack = null;
  }
  await stack?.stop();
  const told = report(readRuns(), wanted);
  console.log(tellReport(told));
  if (values['write-docs']) writeDocs(told);
  process.exitCode = told.isGood ? 0 : 1;
};

if (values.seeded) process.exitCode = (await runSeeded({ seed: firstSeed, only: values.only, keepRecords: values.record })) ? 0 : 1;
else await runMatrix();
