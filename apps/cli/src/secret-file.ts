import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Sensitive } from '@keyturn/kernel';
import { CliFailure } from './cli-failure.ts';

const OPEN_TO_OTHERS = 0o077;

export type ReadSecret = (path: string, what: string) => Promise<Sensitive<string>>;

const codeOf = (fault: unknown): string =>
  typeof fault === 'object' && fault !== null && 'code' in fault && typeof fault.code === 'string' ? fault.code : 'unknown';

/** Reads a file, or says in one sentence why not. */
export const readSource = async (path: string, what: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CliFailure('source', `${what} ${path} can’t be read: ${codeOf(cause)}.`, { cause });
  }
};

/** Secrets come from files, or with `-` from standard input: never from the command line, which everybody on the machine can read. */
export const secretReader =
  ({ stdin, warn }: { readonly stdin: NodeJS.ReadableStream; readonly warn: (sentence: string) => void }): ReadSecret =>
  async (path, what) => {
    if (path === '-') return new Sensitive((await text(stdin)).replace(/\r?\n$/, ''));
    const content = await readSource(path, what);
    const { mode } = await stat(path);
    if ((mode & OPEN_TO_OTHERS) !== 0) warn(`${what} ${path} can be read by others on this machine: chmod 600 it.`);
    return new Sensitive(content.replace(/\r?\n$/, ''));
  };
