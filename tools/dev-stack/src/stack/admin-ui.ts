import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../project-paths.ts';

const uiDir = join(projectRoot, 'apps', 'admin-ui');
const stampFile = join(uiDir, 'dist', '.built-from');
const SOURCES = [join(uiDir, 'src'), ...['contracts', 'kernel', 'sealing'].map((lib) => join(projectRoot, 'libs', lib, 'src'))];

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
  const { build } = await import('vite');
  await build({ root: uiDir, logLevel: 'error' });
  writeFileSync(stampFile, stamp);
  return true;
};
