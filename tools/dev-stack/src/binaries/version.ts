import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first dotted number that `<program> --version` prints, or null when it doesn't run. */
export const versionOf = async (path: string): Promise<string | null> => {
  try {
    const { stdout, stderr } = await run(path, ['--version'], { timeout: 15_000 });
    return firstVersion(stdout + stderr);
  } catch {
    return null;
  }
};

export const firstVersion = (text: string): string | null => /\d+\.\d+\.\d+/u.exec(text)?.[0] ?? null;

export const isAtLeast = (version: string, oldest: string): boolean => version.localeCompare(oldest, 'en', { numeric: true }) >= 0;
