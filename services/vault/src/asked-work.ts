import type { Recorded } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';
import type { CommandLog } from './ports/command-log.ts';
import type { Leadership } from './ports/leadership.ts';

export type AskedWorkDeps = {
  readonly log: Pick<CommandLog, 'onCommitted'>;
  readonly leadership: Leadership;
  readonly logger: Logger;
  /** How often it looks for work that another replica was asked for, or left unfinished. */
  readonly pollMs: number;
  /** After a fault. */
  readonly retryMs: number;
};

export type AskedWork<Work> = {
  /** The event that asks for it. */
  readonly askedBy: Recorded['type'];
  /** What a fault is logged as. */
  readonly interrupted: string;
  /** The work that is open, or null. */
  readonly open: () => Promise<Work | null>;
  /** Done only by whoever leads, on what is open then; `signal` aborts where the lead is lost or the process ends. */
  readonly perform: (work: Work, signal: AbortSignal) => Promise<void>;
};

/** Does what the log asks for, one replica at a time; where one dies, another one leads and finds the same work open. */
export const startAskedWork = <Work>(
  deps: AskedWorkDeps,
  { askedBy, interrupted, open, perform }: AskedWork<Work>,
): { stop(): Promise<void> } => {
  const stopped = new AbortController();
  const { signal } = stopped;
  let wake: (() => void) | null = null;
  const silence = deps.log.onCommitted((events) => {
    if (events.some(({ type }) => type === askedBy)) wake?.();
  });
  const idle = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const lead = async (): Promise<void> => {
    const term = await deps.leadership.acquire(signal);
    if (!term) return;
    try {
      const work = await open();
      if (work) await perform(work, AbortSignal.any([signal, term.lost]));
    } finally {
      await term.resign();
    }
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (await open()) await lead();
        if (!signal.aborted) await idle(deps.pollMs);
      } catch (error) {
        deps.logger.warn(interrupted, { error });
        if (!signal.aborted) await idle(deps.retryMs);
      }
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped.abort();
      silence();
      wake?.();
      await running;
    },
  };
};
