import { setTimeout as pause } from 'node:timers/promises';
import type { Leadership } from '../ports/leadership.ts';

/** Leads however many others do, and hears no NOTIFY: what a zombie believes. */
export const alwaysLeads = (): Leadership => ({
  acquire: async (stop) => {
    if (stop.aborted) return Promise.resolve(null);
    const lost = new AbortController();
    return Promise.resolve({
      lost: lost.signal,
      confirm: () => Promise.resolve(!lost.signal.aborted),
      wake: (ms) => pause(ms, false, { signal: AbortSignal.any([lost.signal, stop]) }).catch(() => false),
      resign: () => Promise.resolve(lost.abort()),
    });
  },
});
