import type { Bus } from '@keyturn/bus';
import type { Errand } from '@keyturn/contracts/queries';
import { logSubject } from '@keyturn/contracts/subjects';
import { TurnTooFar } from '@keyturn/providers';
import { describeFailure } from '../activities/failure.ts';
import { goRound } from '../rounds/go-round.ts';
import { AT_ONCE, createWorkRounds, type WorkRounds } from '../rounds/work-rounds.ts';
import { doErrand, type ErrandDeps } from './do-errand.ts';

const LONGEST_PAUSE = 64;
/** What nobody waits for leaves half the room to what somebody does. */
const roomFor = ({ isScheduled }: Errand): number => (isScheduled ? AT_ONCE / 2 : AT_ONCE);
const keyOf = ({ kind, credentialId, version }: Errand): string => `${kind} ${credentialId} ${version}`;

/** An errand that fails again and again, or whose turn at its provider is too far away, is tried ever more rarely. `onFree`: one was done, and others waited for that. */
export const createErrandRounds = (deps: ErrandDeps, onFree?: () => void): WorkRounds => {
  const resting = new Map<string, { readonly failures: number; readonly rounds: number }>();

  const isDue = (errand: Errand): boolean => {
    const rest = resting.get(keyOf(errand));
    if (!rest || rest.rounds === 0) return true;
    resting.set(keyOf(errand), { ...rest, rounds: rest.rounds - 1 });
    return false;
  };

  const due = (open: readonly Errand[]): readonly Errand[] => {
    const keys = new Set(open.map(keyOf));
    for (const key of resting.keys()) if (!keys.has(key)) resting.delete(key);
    return open.filter(isDue);
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
      if (error instanceof TurnTooFar) deps.log.info('errand.put-off', { kind, credentialId, version, provider: error.provider });
      else deps.log.warn('errand.failed', { kind, credentialId, version, ...describeFailure(error) });
    }
  };

  return createWorkRounds({ list: () => deps.errands.list(), due, attempt, room: roomFor }, onFree);
};

export type ErrandLoop = { readonly stop: () => Promise<void> };

/** What the log says of new errands: only a hint. */
const HINTS = ['credential.change-asked', 'credential.test-asked', 'credential.deletion-started'] as const;

/** Goes round now and again, and at once where the log says that there is something. */
export const startErrands = (deps: ErrandDeps & { readonly bus: Pick<Bus, 'subscribe'>; readonly everyMs: number }): ErrandLoop => {
  const { bus, everyMs, log } = deps;
  const rounds = createErrandRounds(deps, () => going.hint());
  const look = (): Promise<void> => rounds.look().catch((error: unknown) => log.warn('errands.unknown', describeFailure(error)));
  const going = goRound(look, everyMs);
  const hearing = HINTS.map((type) => bus.subscribe(logSubject(type), going.hint));
  return {
    stop: async () => {
      await going.stop();
      await Promise.all([rounds.idle(), ...hearing.map((subscribed) => subscribed.stop())]);
    },
  };
};
