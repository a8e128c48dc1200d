import { setTimeout as pause } from 'node:timers/promises';
import type { Recorded } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';
import type { CommandLog } from '../../ports/command-log.ts';
import type { Leadership, Term } from '../../ports/leadership.ts';
import { type Announcer, announcer } from './announcer.ts';
import type { EventStream } from './event-stream.ts';

export type RelayDeps = {
  readonly log: Pick<CommandLog, 'read' | 'follow'>;
  readonly leadership: Leadership;
  readonly stream: EventStream;
  /** Called in order for each event that the stream has taken, at least once and now and then again: for the consumers' notices. */
  readonly onPublished: (event: Recorded) => void;
  readonly logger: Logger;
  /** How long it sleeps at most when nothing wakes it. */
  readonly pollMs: number;
  /** How long it waits after a fault. */
  readonly retryMs: number;
  /** Events published at once. */
  readonly window?: number;
};

export type Relay = {
  /** Finishes what is under way and lets another one lead. */
  stop(): Promise<void>;
};

/** Where publishing goes on. `isCaughtUp`: all that was in the log when publishing began has been read. */
type Cursor = { position: number; sequence: number; isCaughtUp: boolean };

type Run = RelayDeps & { readonly window: number; readonly announcer: Announcer; readonly stopped: AbortSignal };

/**
 * The checkpoint is the stream's own last message. A stream that doesn't hold exactly the events 1…n of this log (by count and by its last
 * event's hash: events were lost, or they are another log's) is filled anew.
 */
const checkpoint = async ({ log, stream, logger }: Run): Promise<Omit<Cursor, 'isCaughtUp'>> => {
  await stream.ensure();
  const { sequence, last, messages } = await stream.tail();
  if (messages === 0) return { position: 0, sequence };
  const [own] = last ? await log.read(last.position - 1, 1) : [];
  if (own && last?.position === messages && own.position === last.position && own.hash === last.hash) {
    return { position: last.position, sequence };
  }
  logger.warn('relay.stream-differs', { sequence, messages, last });
  await stream.empty(sequence);
  return { position: 0, sequence: (await stream.tail()).sequence };
};

/**
 * Publishes the next window behind the cursor and moves it. True: there may be more. What it finds when it begins comes from the table: a
 * refilled stream tells what the log says now, so that audit finds out who edited it. Only then may this process's memory speak.
 */
const publishNext = async ({ log, stream, window, announcer }: Run, cursor: Cursor): Promise<boolean> => {
  const events = cursor.isCaughtUp ? await log.follow(cursor.position, window) : await log.read(cursor.position, window);
  cursor.isCaughtUp ||= events.length < window;
  if (events.length === 0) return false;
  await stream.publish(events, cursor.sequence);
  cursor.position = events.at(-1)?.position ?? cursor.position;
  cursor.sequence += events.length;
  announcer.announce(events);
  return events.length === window;
};

/** Did anybody empty or delete the stream while there was nothing to publish? */
const confirmStream = async ({ stream }: Run, cursor: Cursor): Promise<void> => {
  const { sequence, messages } = await stream.tail();
  if (sequence !== cursor.sequence || messages !== cursor.position) throw new Error('the stream changed under the relay');
};

const publishAll = async (run: Run, term: Term): Promise<void> => {
  const cursor = { ...(await checkpoint(run)), isCaughtUp: false };
  await run.announcer.catchUp(cursor.position);
  run.logger.info('relay.publishing', { position: cursor.position, sequence: cursor.sequence });
  while (!run.stopped.aborted && !term.lost.aborted) {
    if (await publishNext(run, cursor)) continue;
    if (await term.wake(run.pollMs, cursor.position)) continue; // each commit says how far the log reaches, so nobody looks in vain
    if (run.stopped.aborted || !(await term.confirm())) return;
    await confirmStream(run, cursor);
  }
};

const lead = async (run: Run, term: Term): Promise<void> => {
  while (!run.stopped.aborted && !term.lost.aborted) {
    try {
      await publishAll(run, term);
    } catch (error) {
      run.logger.warn('relay.interrupted', { error });
      if (!(await term.confirm())) return;
      await pause(run.retryMs, undefined, { signal: run.stopped }).catch(() => undefined);
    }
  }
};

const relay = async (run: Run): Promise<void> => {
  while (!run.stopped.aborted) {
    const term = await run.leadership.acquire(run.stopped);
    if (!term) return;
    run.logger.info('relay.leads');
    try {
      await lead(run, term);
    } finally {
      await term.resign();
    }
  }
};

/**
 * Publishes the log to the stream, in order and without a gap, as long as this process leads. A paused leader that wakes is refused by the
 * stream (wrong last sequence), asks whether it still leads, and starts from the stream's own last message. It never skips an event.
 */
export const startRelay = (deps: RelayDeps): Relay => {
  const stop = new AbortController();
  const window = deps.window ?? 256;
  const run: Run = { ...deps, window, announcer: announcer({ ...deps, window }), stopped: stop.signal };
  const running = relay(run).catch((error: unknown) => deps.logger.error('relay.stopped', { error }));
  return {
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};
