import { write, writeSync } from 'node:fs';

export type LossyOutput = {
  write(line: string): void;
  /** Tries once to write what waits: for the end of the process. */
  flush(): void;
};

type Put = (chunk: Buffer, done: (error: Error | null, bytes: number) => void) => void;
type Options = {
  readonly fd: number;
  /** Hears how many lines were lost, once there is room again; what it writes is in its place among the others. */
  readonly onLost: (lines: number) => void;
  /** How much may wait, in characters; lines beyond that are lost, and counted. */
  readonly most?: number;
  /** How a chunk gets out; by default into `fd`. */
  readonly put?: Put;
};

const MOST = 1_048_576;
const RETRY_MS = 1_000;

/**
 * Writes lines to a file descriptor, and never keeps its process from anything: where the disk is full, lines wait and are tried again, and
 * those for which there is no room are lost, counted and told of. (pino's own output ends the process with an uncaught ENOSPC, and then
 * tries for ever to flush at exit.)
 */
export const lossyOutput = ({ fd, onLost, most = MOST, put = (chunk, done) => write(fd, chunk, done) }: Options): LossyOutput => {
  let waiting = '';
  let chunk: Buffer | null = null;
  let isWriting = false;
  let lost = 0;
  let retry: NodeJS.Timeout | null = null;

  const take = (): Buffer | null => {
    const text = waiting;
    waiting = '';
    return text === '' ? null : Buffer.from(text);
  };
  const tell = (): void => {
    const lines = lost;
    lost = 0;
    if (lines > 0) onLost(lines);
  };
  const written = (error: Error | null, bytes: number): void => {
    isWriting = false;
    if (error) {
      retry ??= setTimeout(next, RETRY_MS).unref();
      return;
    }
    chunk = chunk && bytes < chunk.length ? chunk.subarray(bytes) : null;
    next();
    if (!retry) tell();
  };
  const next = (): void => {
    retry = null;
    if (isWriting) return;
    chunk ??= take();
    if (!chunk) return;
    isWriting = true;
    put(chunk, written);
  };

  return {
    write: (line) => {
      if (waiting.length + line.length > most) lost += 1;
      else waiting += line;
      if (!retry) next();
    },
    flush: () => {
      try {
        if (chunk && !isWriting) writeSync(fd, chunk);
        if (waiting !== '') writeSync(fd, waiting);
      } catch {
        // There is no later time, and nobody to tell.
      }
      waiting = '';
    },
  };
};
