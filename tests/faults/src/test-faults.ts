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

const commit = productCommit();
const passedFile = join(recordsDir, 'passed.json');
/** What passed already, of which commit. */
const passed = (): Readonly<Record<string, string>> =>
  values.resume && existsSync(passedFile) ? (JSON.parse(readFileSync(passedFile, 'utf8')) as Record<string, string>) : {};

/** Does a part, unless it is resumed and has passed at this commit; what differs from a commit is always done. */
const part = async (name: string, perform: () => Promise<boolean>): Promise<boolean> => {
  if (passed()[name] === commit && !commit.endsWith('+')) {
    console.log(`${name}: passed already at ${commit}`);
    return true;
  }
  const isGood = await perform();
  if (isGood) writeFileSync(passedFile, JSON.stringify({ ...passed(), [name]: commit }));
  console.log(`${name}: ${isGood ? 'passed' : 'FAILED'}`);
  return isGood;
};

const all = async (): Promise<boolean> => {
  mkdirSync(recordsDir, { recursive: true });
  if (!values.resume) writeFileSync(passedFile, '{}');
  const { seed = String(1 + Math.floor(Math.random() * 9_000) * 100), minutes, resume } = values;
  console.log(`seed ${seed}: \`pnpm test:faults --resume --seed ${seed}\` goes on where this one stops`);
  const ofMatrix = ['--seed', seed, ...(minutes === undefined ? [] : ['--minutes', minutes]), ...(resume ? ['--resume'] : [])];
  const parts = [
    await part('the project', () => runProject([])),
    await part('the matrix', () => runMatrix(...ofMatrix)),
    await part('the seeded bugs', () => runMatrix('--seeded', '--seed', seed)),
  ];
  return parts.every(Boolean);
};

process.exitCode = (await (positionals.length > 0 ? runProject(positionals) : all())) ? 0 : 1;
