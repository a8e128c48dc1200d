import { inTurn } from '@keyturn/kernel';
import type { Conviction } from '../ports/convictions.ts';
import type { EntryStore } from '../ports/entry-store.ts';
import type { StoredEntries } from '../ports/stored-entries.ts';
import type { VaultHead } from '../ports/vault-head.ts';
import { checkStoredEntries } from './check-stored-entries.ts';
import { type HeadComparison, headComparison } from './compare-head.ts';
import type { LagWatch } from './lag.ts';
import { type LogWalk, logWalk, type LogWalkDeps } from './log-walk.ts';

export type LooksDeps = LogWalkDeps & {
  readonly store: EntryStore;
  readonly stored: StoredEntries;
  readonly vaultHead: VaultHead;
  readonly lag: Pick<LagWatch, 'look'>;
};

type Found = readonly Conviction[];

/**
 * Each answers what it found, or null where another generation was served before it was over, a rebuild's or that of a restored log: it may
 * have compared rows of both, which says nothing of either.
 */
export interface Looks {
  /** One after another, in the order of asking. */
  atHead(): Promise<Found | null>;
  /** At a part of the vault's log; the next look goes on where this one ended. */
  atLog(): Promise<Found | null>;
  /** At audit's own rows. */
  atEntries(): Promise<Found | null>;
  /** At both from the first to the last. */
  atAll(): Promise<{ readonly found: Found; readonly isWhole: boolean } | null>;
}

/** What is kept from one look to the next, all of it about one generation. */
type Kept = { readonly compareHead: HeadComparison; readonly walk: LogWalk };

/** Has `look` look at one generation; what was kept of another goes. */
const atOneGeneration = (deps: LooksDeps) => {
  let kept: { readonly generation: number; readonly of: Kept } | null = null;
  return async <T>(look: (kept: Kept) => Promise<T>): Promise<T | null> => {
    const generation = await deps.stored.generation();
    if (kept?.generation !== generation) kept = { generation, of: { compareHead: headComparison(deps.store), walk: logWalk(deps) } };
    const found = await look(kept.of);
    return (await deps.stored.generation()) === generation ? found : null;
  };
};

export const openLooks = (deps: LooksDeps): Looks => {
  const { store, stored, vaultHead, lag } = deps;
  const steady = atOneGeneration(deps);
  const heads = inTurn();
  const entries = async (): Promise<Found> => {
    const found = await checkStoredEntries(stored, await store.checkpoint());
    return found === null ? [] : [found];
  };
  const head = async ({ compareHead }: Kept): Promise<Found> => {
    const witnessed = await store.checkpoint();
    const told = await vaultHead.read();
    const found = await compareHead(witnessed, told);
    lag.look(await store.checkpoint(), told);
    return found === null ? [] : [found];
  };
  return {
    atHead: () => heads.run(() => steady(head)),
    atLog: () => steady(({ walk }) => walk.look()),
    atEntries: () => steady(entries),
    atAll: () =>
      steady(async ({ walk }) => {
        const { found, isWhole } = await walk.whole();
        return { found: [...found, ...(await entries())], isWhole };
      }),
  };
};
