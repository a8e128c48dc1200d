import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run-command.ts';

const run = promisify(execFile);

const PYTHONS = ['python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3', 'python'] as const;
const IS_NEW_ENOUGH = 'import sys, venv; sys.exit(0 if sys.version_info >= (3, 10) else 1)';
const REQUIREMENTS = join(root, 'tests', 'schemathesis', 'requirements.txt');

const findPython = async (): Promise<string> => {
  for (const python of PYTHONS) {
    const works = await run(python, ['-c', IS_NEW_ENOUGH]).then(
      () => true,
      () => false,
    );
    if (works) return python;
  }
  throw new Error('schemathesis needs Python 3.10 or newer, with venv, on PATH');
};

/** The program, in an environment of its own, with exactly what `requirements.txt` names by version and hash. Kept until that file changes. */
export const installedSchemathesis = async (): Promise<string> => {
  const pinned = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const folder = join(root, 'var', 'cache', `schemathesis-${pinned}`);
  const program = join(folder, 'bin', 'schemathesis');
  const mark = join(folder, 'complete');
  if (existsSync(mark)) return program;
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(root, 'var', 'cache'), { recursive: true });
  await run(await findPython(), ['-m', 'venv', folder]);
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--only-binary=:all:',
    '--require-hashes',
    '-r',
    REQUIREMENTS,
  ];
  await run(join(folder, 'bin', 'python'), pip, { timeout: 600_000 });
  await writeFile(mark, '');
  return program;
};
