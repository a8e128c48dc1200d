import type { Logger } from '@keyturn/telemetry';
import type { Conviction, Convictions } from '../ports/convictions.ts';
import type { EntryStore } from '../ports/entry-store.ts';
import type { StoredEntries } from '../ports/stored-entries.ts';
import type { VaultHead } from '../ports/vault-head.ts';
import { waitFor } from '../wait-for.ts';
import { checkStoredEntries } from './check-stored-entries.ts';
import { headComparison } from './compare-head.ts';

export type GuardDeps = {
  readonly store: EntryStore;
  readonly stored: StoredEntries;
  readonly vaultHead: VaultHead;
  readonly convictions: Convictions;
  readonly log: Logger;
  /** How often the vault's head is compared with what was witnessed. */
  readonly compareHeadEveryMs: number;
  /** How often audit's own rows are all read again. */
  readonly checkEntriesEveryMs: number;
};

/** Looks again at what was witnessed: at the vault's head often, at audit's own rows now and then, and at both when asked. */
export interface Guard {
  /** Answers what was found, which is recorded by then; empty when all is as it was witnessed. */
  check(): Promise<Conviction[]>;
  run(signal: AbortSignal): Promise<void>;
}

export const guard = (deps: GuardDeps): Guard => {
  const { store, stored, convictions, log } = deps;
  const compareHead = headComparison(deps);

  const note = async (found: Conviction | null): Promise<Conviction[]> => {
    if (found === null) return [];
    log.error('audit.convicted', { ...found });
    await convictions.record(found);
    return [found];
  };
  const headOnce = async (): Promise<Conviction[]> => note(await compareHead());
  const entriesOnce = async (): Promise<Conviction[]> => note(await checkStoredEntries(stored, await store.checkpoint()));
  const every = async (ms: number, look: () => Promise<unknown>, signal: AbortSignal): Promise<void> => {
    for (await waitFor(ms, signal); !signal.aborted; await waitFor(ms, signal)) {
      await look().catch((error: unknown) => log.warn('audit.check-failed', { error }));
    }
  };

  return {
    check: async () => [...(await headOnce()), ...(await entriesOnce())],
    run: async (signal) => {
      await Promise.all([every(deps.compareHeadEveryMs, headOnce, signal), every(deps.checkEntriesEveryMs, entriesOnce, signal)]);
    },
  };
};
