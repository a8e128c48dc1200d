import { setTimeout as wait } from 'node:timers/promises';
import type { Bus } from '@keyturn/bus';
import type { Errand } from '@keyturn/contracts/queries';
import { logSubject } from '@keyturn/contracts/subjects';
import { describeFailure } from '../activities/failure.ts';
import { doErrand, type ErrandDeps } from './do-errand.ts';

const LONGEST_PAUSE = 64;
/** Done at once: a provider that doesn't answer keeps nobody else's errand waiting. */
const AT_ONCE = 8;
const keyOf = ({ kind, credentialId, version }: Errand): string => `${kind} ${credentialId} ${version}`;

export type ErrandRounds = {
  /** Looks once at what is to be done, and begins with as much of it as may be done at once. */
  readonly look: () => Promise<void>;
  /** Resolves when nothing is being done any more. */
  readonly idle: () => Promise<void>;
};

/** An errand that fails again and again is tried ever more rarely. `onFree`: one was done, and others waited for that. */
export const createErrandRounds = (deps: ErrandDeps, onFree: () => void = () => undefined): ErrandRounds => {
  const resting = new Map<string, { readonly failures: number; readonly rounds: number }>();
  /** By credential: two versions may be one login at the provider, where changing it twice at once would fail one of them. */
  const underWay = new Map<string, Promise<void>>();
  let isSomethingLeft = false;

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

  const perform = async (errand: Errand): Promise<void> => {
    await attempt(errand);
    underWay.delete(errand.credentialId);
    if (isSomethingLeft) onFree();
  };

  return {
    look: async () => {
      const busy = new Set(underWay.keys());
      const open = await deps.errands.list();
      const keys = new Set(open.map(keyOf));
      for (const key of resting.keys()) if (!keys.has(key)) resting.delete(key);
      const due = open.filter(isDue);
      isSomethingLeft = false;
      for (const errand of due) {
        const { credentialId } = errand;
        if (busy.has(credentialId) || underWay.has(credentialId) || underWay.size >= AT_ONCE) isSomethingLeft = true;
        else underWay.set(credentialId, perform(errand));
      }
      // What ended while the list was on its way may still be in it, or what it kept waiting.
      if (due.some(({ credentialId }) => busy.has(credentialId) && !underWay.has(credentialId))) onFree();
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
};

export type ErrandLoop = { readonly stop: () => Promise<void> };

/** What the log says of new errands: only a hint. */
const HINTS = ['credential.change-asked', 'credential.test-asked', 'credential.deletion-started'] as const;

/** Goes round now and again, and at once where the log says that there is something. */
export const startErrands = (deps: ErrandDeps & { readonly bus: Pick<Bus, 'subscribe'>; readonly everyMs: number }): ErrandLoop => {
  const { bus, everyMs, log } = deps;
  const stopping = new AbortController();
  let hinted = new AbortController();
  const hint = (): void => hinted.abort();
  const hearing = HINTS.map((type) => bus.subscribe(logSubject(type), hint));
  const rounds = createErrandRounds(deps, hint);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      hinted = new AbortController();
      await rounds.look().catch((error: unknown) => log.warn('errands.unknown', describeFailure(error)));
      const signal = AbortSignal.any([stopping.signal, hinted.signal]);
      await wait(everyMs, undefined, { signal }).catch(() => undefined);
    }
    await rounds.idle();
  };
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([ended, ...hearing.map((subscribed) => subscribed.stop())]);
    },
  };
};
