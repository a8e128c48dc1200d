import { setTimeout as wait } from 'node:timers/promises';
import type { Bus } from '@keyturn/bus';
import type { Errand } from '@keyturn/contracts/queries';
import { logSubject } from '@keyturn/contracts/subjects';
import { describeFailure } from '../activities/failure.ts';
import { doErrand, type ErrandDeps } from './do-errand.ts';

const LONGEST_PAUSE = 64;
const keyOf = ({ kind, credentialId, version }: Errand): string => `${kind} ${credentialId} ${version}`;

/** Looks once at what is to be done, and does it. An errand that fails again and again is tried ever more rarely. */
export const createErrandRound = (deps: ErrandDeps): (() => Promise<void>) => {
  const resting = new Map<string, { readonly failures: number; readonly rounds: number }>();

  const isDue = (errand: Errand): boolean => {
    const rest = resting.get(keyOf(errand));
    if (!rest || rest.rounds === 0) return true;
    resting.set(keyOf(errand), { ...rest, rounds: rest.rounds - 1 });
    return false;
  };

  const attempt = async (errand: Errand): Promise<void> => {
    const { kind, credentialId, version } = errand;
    try {
      await doErrand(deps, errand);
      resting.delete(keyOf(errand));
      deps.log.info('errand.done', { kind, credentialId, version });
    } catch (error) {
      const failures = (resting.get(keyOf(errand))?.failures ?? 0) + 1;
      resting.set(keyOf(errand), { failures, rounds: Math.min(2 ** (failures - 1), LONGEST_PAUSE) });
      deps.log.warn('errand.failed', { kind, credentialId, version, ...describeFailure(error) });
    }
  };

  return async () => {
    const open = await deps.errands.list();
    const keys = new Set(open.map(keyOf));
    for (const key of resting.keys()) if (!keys.has(key)) resting.delete(key);
    for (const errand of open.filter(isDue)) await attempt(errand);
  };
};

export type ErrandLoop = { readonly stop: () => Promise<void> };

/** Goes round now and again, and at once where the log says that there is something: that is only a hint. */
export const startErrands = (deps: ErrandDeps & { readonly bus: Pick<Bus, 'subscribe'>; readonly everyMs: number }): ErrandLoop => {
  const { bus, everyMs, log } = deps;
  const stopping = new AbortController();
  let hinted = new AbortController();
  const hint = (): void => hinted.abort();
  const hearing = ['credential.change-asked', 'credential.deletion-started'].map((type) => bus.subscribe(logSubject(type), hint));
  const round = createErrandRound(deps);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      hinted = new AbortController();
      await round().catch((error: unknown) => log.warn('errands.unknown', describeFailure(error)));
      const signal = AbortSignal.any([stopping.signal, hinted.signal]);
      await wait(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([ended, ...hearing.map((subscribed) => subscribed.stop())]);
    },
  };
};
