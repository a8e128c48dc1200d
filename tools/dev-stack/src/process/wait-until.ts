import { setTimeout as pause } from 'node:timers/promises';

export type WaitOptions = { readonly timeoutMs: number; readonly everyMs?: number };

/** Polls until the condition holds; false when the deadline passes first. A probe that throws counts as "not yet". */
export const waitUntil = async (condition: () => boolean | Promise<boolean>, options: WaitOptions): Promise<boolean> => {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    if (await holds(condition)) return true;
    if (performance.now() >= deadline) return false;
    await pause(options.everyMs ?? 25);
  }
};

const holds = async (condition: () => boolean | Promise<boolean>): Promise<boolean> => {
  try {
    return await condition();
  } catch {
    return false;
  }
};
