import { type AskedWorkDeps, startAskedWork } from '../asked-work.ts';
import { type AdvanceDeps, advanceBulks, type Faults } from './advance-bulks.ts';

export type BulkRotatorDeps = AskedWorkDeps & AdvanceDeps;

/** After these there may be something to end or to start. */
const WAKING: ReadonlySet<string> = new Set([
  'rotation.completed',
  'rotation.failed',
  'bulk-rotation.requested',
  'bulk-rotation.resumed',
  'bulk-rotation.cancelled',
]);

/** Resolves when something that wakes was committed since the last call, after `ms`, or when it is stopped. */
const openWaker = ({ log }: BulkRotatorDeps, signal: AbortSignal) => {
  let isDue = false;
  let wake: (() => void) | null = null;
  const note = (): void => {
    isDue = true;
    wake?.();
  };
  const silence = log.onCommitted((events) => {
    if (events.some(({ type }) => WAKING.has(type))) note();
  });
  signal.addEventListener('abort', note);
  return {
    next: async (ms: number): Promise<void> => {
      if (!isDue && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isDue = false;
    },
    close: () => {
      silence();
      signal.removeEventListener('abort', note);
    },
  };
};

const perform = async (deps: BulkRotatorDeps, signal: AbortSignal): Promise<void> => {
  const waker = openWaker(deps, signal);
  const faults: Faults = new Map();
  try {
    while (!signal.aborted && (await deps.bulks.open()).length > 0) {
      await advanceBulks(deps, faults);
      await waker.next(deps.pollMs);
    }
  } finally {
    waker.close();
  }
};

/**
 * Carries bulk rotations on, one replica at a time (ADR-0025): it requests each member's rotation when its turn comes, and records what became
 * of it. It keeps nothing that isn't in the log, so it can die anywhere; the rotations themselves are the worker's, as all others.
 */
export const startBulkRotator = (deps: BulkRotatorDeps): { stop(): Promise<void> } =>
  startAskedWork(deps, {
    askedBy: 'bulk-rotation.requested',
    interrupted: 'bulk-rotation.interrupted',
    open: async () => ((await deps.bulks.open()).length > 0 ? true : null),
    perform: (_isOpen, signal) => perform(deps, signal),
  });
