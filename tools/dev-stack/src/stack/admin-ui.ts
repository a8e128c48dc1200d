import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../project-paths.ts';

const uiDir = join(projectRoot, 'apps', 'admin-ui');
const stampFile = join(uiDir, 'dist', '.built-from');
const SOURCES = [join(uiDir, 'src'), ...['contracts', 'kernel', 'sealing'].map((lib) => join(projectRoot, 'libs', lib, 'src'))];

const viteProgram = (): string => join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');

const hashSources = (): string => {
  const hash = createHash('sha256');
  for (const root of SOURCES) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }).toSorted((a, b) =>
      a.parentPath + a.name < b.parentPath + b.name ? -1 : 1,
    )) {
      if (entry.isFile()) hash.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
    }
  }
  for (const name of ['index.html', 'vite.config.ts', 'package.json']) hash.update(readFileSync(join(uiDir, name)));
  return hash.digest('hex');
};

/** Builds the admin UI where its sources changed since the last build. Answers whether it had to. */
export const buildAdminUi = async (): Promise<boolean> => {
  const stamp = hashSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  await promisify(execFile)(process.execPath, [viteProgram(), 'build', '--logLevel', 'error'], {
    cwd: uiDir,
    env: { NODE_ENV: 'production' }, // whoever starts a stack may be a test, and React for tests is half as large again
  });
  writeFileSync(stampFile, stamp);
  return true;
};
