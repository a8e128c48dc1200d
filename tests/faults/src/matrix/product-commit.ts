import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@keyturn/dev-stack';

const git = (...args: string[]): string => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim();

/** What neither the product nor its judge is made of. */
const TEXTS = ['.', ':!docs', ':!*.md'];

/** Which product is run: the last commit that changed more than texts, with a `+` where files are not as they were committed. */
export const productCommit = (): string => {
  if (!existsSync(join(projectRoot, '.git'))) return 'no repository';
  const isClean = git('status', '--porcelain', '-uno', '--', ...TEXTS) === '';
  return `${git('log', '-1', '--format=%h', '--abbrev=7', '--', ...TEXTS)}${isClean ? '' : '+'}`;
};
