/** What is known of one open epoch's runs: the last one, how often it was a new one, and how many sweeps to leave it alone. */
type Pace = { readonly runId: string | undefined; readonly restarts: number; readonly pause: number };

const LONGEST_PAUSE = 64;

/** Slows the restarts of a rotation whose run ends again and again while its epoch stays open. */
export type RestartPace = {
  readonly isDue: (id: string) => boolean;
  readonly started: (id: string, runId: string | undefined) => void;
  /** Forgets every other rotation. */
  readonly keepOnly: (ids: readonly string[]) => void;
};

export const createRestartPace = (): RestartPace => {
  const paces = new Map<string, Pace>();
  return {
    keepOnly: (ids) => [...paces.keys()].filter((id) => !ids.includes(id)).forEach((id) => paces.delete(id)),
    isDue: (id) => {
      const pace = paces.get(id);
      if (!pace || pace.pause === 0) return true;
      paces.set(id, { ...pace, pause: pace.pause - 1 });
      return false;
    },
    started: (id, runId) => {
      const before = paces.get(id);
      const restarts = before && before.runId !== runId ? before.restarts + 1 : (before?.restarts ?? 0);
      const isRestart = before !== undefined && before.runId !== runId;
      paces.set(id, { runId, restarts, pause: isRestart ? Math.min(2 ** (restarts - 1) - 1, LONGEST_PAUSE) : 0 });
    },
  };
};
