import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '@keyturn/dev-stack';
import { recordsDir } from './matrix/keep-record.ts';
import { productCommit } from './matrix/product-commit.ts';

// `pnpm test:faults`: all files of the project, then the whole matrix, then the seeded bugs. With names of files only those, and no matrix.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, minutes: { type: 'string' }, resume: { type: 'boolean', default: false } },
});

const run = async (command: string, args: readonly string[]): Promise<boolean> => {
  const child = spawn(command, args, { cwd: projectRoot, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code === 0;
};
const runProject = (files: readonly string[]): Promise<boolean> =>
  run(join(projectRoot, 'node_modules', '.bin', 'vitest'), ['run', '--project', 'faults', ...files]);
const runMatrix = (...args: readonly string[]): Promise<boolean> =>
  run(process.execPath, [join(projectRoot, 'tests', 'faults', 'src', 'matrix', 'main.ts'), ...args]);

/** What a run that was ended has of itself: its seed, and which parts passed at which commit. */
type Kept = { readonly seed: string; readonly passed: Readonly<Record<string, string>> };
const keptFile = join(recordsDir, 'faults.json');
const commit = productCommit();

const begin = (): Kept => {
  const kept = values.resume && existsSync(keptFile) ? (JSON.parse(readFileSync(keptFile, 'utf8')) as Kept) : null;
  const seed = values.seed ?? kept?.seed ?? String(100 * (1 + Math.floor(Math.random() * 9_000)));
  return { seed, passed: kept?.seed === seed ? kept.passed : {} };
};

/** Does the parts that haven't passed at this commit; what differs from a commit is always done. */
const runParts = async (parts: Readonly<Record<string, () => Promise<boolean>>>, kept: Kept): Promise<boolean> => {
  let { passed } = kept;
  const failed: string[] = [];
  for (const [name, perform] of Object.entries(parts)) {
    const isOver = passed[name] === commit && !commit.endsWith('+');
    const isGood = isOver || (await perform());
    if (isGood) passed = { ...passed, [name]: commit };
    else failed.push(name);
    writeFileSync(keptFile, JSON.stringify({ ...kept, passed }));
    console.log(`${name}: ${isOver ? 'passed before' : isGood ? 'passed' : 'FAILED'}`);
  }
  console.log(failed.length === 0 ? `all faults passed at ${commit}, seed ${kept.seed}` : `FAILED: ${failed.join(', ')}`);
  return failed.length === 0;
};

const all = (): Promise<boolean> => {
  mkdirSync(recordsDir, { recursive: true });
  const kept = begin();
  const { seed } = kept;
  console.log(`seed ${seed}, commit ${commit}; \`pnpm test:faults --resume\` goes on where this one stops`);
  const how = [...(values.minutes === undefined ? [] : ['--minutes', values.minutes]), ...(values.resume ? ['--resume'] : [])];
  return runParts(
    {
      'the project': () => runProject([]),
      'the matrix': () => runMatrix('--seed', seed, ...how),
      'the seeded bugs': () => runMatrix('--seeded', '--seed', seed),
    },
    kept,
  );
};

process.exitCode = (await (positionals.length > 0 ? runProject(positionals) : all())) ? 0 : 1;
