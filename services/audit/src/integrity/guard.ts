import type { Clock } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import type { Conviction, Convictions } from '../ports/convictions.ts';
import type { EntryStore } from '../ports/entry-store.ts';
import type { RebuildStore } from '../ports/rebuild-store.ts';
import type { StoredEntries } from '../ports/stored-entries.ts';
import type { VaultHead } from '../ports/vault-head.ts';
import type { VaultLog } from '../ports/vault-log.ts';
import { PROJECTION_VERSION } from '../projection/project.ts';
import { waitFor } from '../wait-for.ts';
import { type LagWatch, lagWatch } from './lag.ts';
import { openLooks } from './looks.ts';

export type GuardDeps = {
  readonly store: EntryStore;
  readonly stored: StoredEntries;
  readonly vaultHead: VaultHead;
  readonly vaultLog: VaultLog;
  readonly convictions: Convictions;
  readonly rebuilds: Pick<RebuildStore, 'request'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** How often the vault's head, and a part of its log, is compared with what was witnessed. */
  readonly compareHeadEveryMs: number;
  /** How large that part is. */
  readonly eventsPerLook: number;
  /** How often audit's own rows are all read again. */
  readonly checkEntriesEveryMs: number;
  /** How long audit may be behind the vault before that is a trouble. */
  readonly lagAlarmMs: number;
};

/** Looks again at what was witnessed: at the vault's head and log often, at audit's own rows now and then, and at all of it when asked. */
export interface Guard {
  readonly lag: Pick<LagWatch, 'lag' | 'trouble'>;
  /** Answers what was found, which is recorded by then, and whether the vault's log could be read to its end. */
  check(): Promise<{ readonly found: readonly Conviction[]; readonly isWhole: boolean }>;
  run(signal: AbortSignal): Promise<void>;
}

const once = (found: readonly Conviction[]): Conviction[] => [...new Map(found.map((each) => [each.sentence, each])).values()];

export const guard = (deps: GuardDeps): Guard => {
  const { stored, convictions, log } = deps;
  const lag = lagWatch({ clock: deps.clock, log, alarmAfterMs: deps.lagAlarmMs });
  const looks = openLooks({ ...deps, lag });

  const note = async (found: readonly Conviction[] | null): Promise<readonly Conviction[]> => {
    for (const each of found ?? []) {
      log.error('audit.convicted', { ...each });
      await convictions.record(each);
    }
    return found ?? [];
  };
  /** Entries in words of another version are made anew, so that there is one wording, and all of it can be checked. */
  const renewWording = async (): Promise<void> => {
    if (!(await stored.hasOtherProjection(PROJECTION_VERSION))) return;
    const { generation } = await deps.rebuilds.request();
    log.info('audit.wording-changed', { projection: PROJECTION_VERSION, generation });
  };
  const every = async (ms: number, look: () => Promise<unknown>, signal: AbortSignal): Promise<void> => {
    for (await waitFor(ms, signal); !signal.aborted; await waitFor(ms, signal)) await tryTo(look);
  };
  const tryTo = (look: () => Promise<unknown>): Promise<unknown> =>
    look().catch((error: unknown) => log.warn('audit.check-failed', { error }));

  return {
    lag,
    check: async () => {
      for (;;) {
        const [ofHead, all] = [await looks.atHead(), await looks.atAll()];
        if (ofHead !== null && all !== null) return { found: await note(once([...ofHead, ...all.found])), isWhole: all.isWhole };
      }
    },
    run: async (signal) => {
      await tryTo(renewWording);
      const entries = async (): Promise<void> => {
        await renewWording();
        await note(await looks.atEntries());
      };
      await Promise.all([
        every(deps.compareHeadEveryMs, async () => note(await looks.atHead()), signal),
        every(deps.compareHeadEveryMs, async () => note(await looks.atLog()), signal),
        every(deps.checkEntriesEveryMs, entries, signal),
      ]);
    },
  };
};
