import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Remembers the end of a log, to tell later what was written since. */
export const logMark = (file: string): { since(): string; lastLine(): string } => {
  const from = existsSync(file) ? statSync(file).size : 0;
  const since = (): string => readFrom(file, from);
  return { since, lastLine: () => since().trimEnd().split('\n').at(-1)?.slice(0, 300) ?? '' };
};

const readFrom = (file: string, from: number): string => {
  if (!existsSync(file)) return '';
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - from));
    readSync(descriptor, bytes, 0, bytes.length, from);
    return bytes.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
};
