/** What has to be undone at the end, in the order in which it was started. */
export interface ShutdownSteps {
  readonly inOrder: readonly { stop(): Promise<void>; kill?(): Promise<void> }[];
}

export type ShutdownHooks = {
  /** Told once the first signal came. */
  readonly onStopping?: (signal: NodeJS.Signals) => void;
  /** Told when the second signal cut it short. */
  readonly onKilling?: () => void;
  readonly exit?: (code: number) => void;
};

/** The first Ctrl-C or SIGTERM stops everything, last started first; a second one kills what is still there. Returns a way to unhook. */
export const stopOnSignal = (steps: ShutdownSteps, hooks: ShutdownHooks = {}): (() => void) => {
  const exit = hooks.exit ?? ((code) => process.exit(code));
  let stopping = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (stopping) {
      hooks.onKilling?.();
      void Promise.allSettled(steps.inOrder.map(async (step) => step.kill?.())).then(() => exit(1));
      return;
    }
    stopping = true;
    hooks.onStopping?.(signal);
    void stopInReverse(steps).then((faults) => exit(faults.length === 0 ? 0 : 1));
  };
  process.on('SIGINT', handle).on('SIGTERM', handle).on('SIGHUP', handle);
  return () => void process.off('SIGINT', handle).off('SIGTERM', handle).off('SIGHUP', handle);
};

/** Stops all, whatever fails on the way, and returns the faults. */
export const stopInReverse = async (steps: ShutdownSteps): Promise<unknown[]> => {
  const faults: unknown[] = [];
  for (const step of steps.inOrder.toReversed()) await step.stop().catch((fault: unknown) => faults.push(fault));
  return faults;
};
