import type { Sensitive } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { KekExhausted } from '../ports/kek-exhausted.ts';
import type { KekTable } from '../ports/kek-table.ts';
import type { KeyWrapper, WrapContext, WrappedKey } from '../ports/key-wrapper.ts';

/**
 * How many keys one KEK may wrap. NIST SP 800-38D allows 2^32 GCM invocations with random nonces under one key; a quarter of that leaves
 * room for what is counted and not used, and for whoever reads the warning late.
 */
export const WRAP_LIMIT = 2 ** 30;
/** Wraps counted at once: a process that dies has counted at most so many too many. */
const WRAP_BLOCK = 4_096;

/** The KEKs as this process uses them: wraps go under the active one and are counted before they are done. */
export type KekKeeper = {
  /** Under the active KEK, as far as this process knows; the log refuses what hangs on another. Throws `KekExhausted` at the limit. */
  wrap(key: Sensitive<Uint8Array>, context: WrapContext): Promise<WrappedKey>;
  unwrap(wrapped: WrappedKey, context: WrapContext): Promise<Sensitive<Uint8Array>>;
  /** Looks up which KEK is active. */
  refresh(): Promise<void>;
  holds(kekId: string): boolean;
  /** Looks where the KEKs are kept, and says to the other replicas which this one holds. */
  report(): Promise<void>;
  /** This process ends: nobody waits for it. */
  leave(): Promise<void>;
};

type Deps = {
  readonly wrapper: KeyWrapper;
  readonly keks: KekTable;
  /** The KEK to begin with where the ring has none yet. */
  readonly first: string;
  /** Names this process. */
  readonly replica: string;
  /** For how long this process counts without another word. */
  readonly goneMs: number;
  readonly logger: Logger;
  readonly wrapLimit?: number;
};

/** Counts in blocks: one small write for thousands of wraps. */
const wrapBudget = (keks: Pick<KekTable, 'reserve'>, limit: number) => {
  const left = new Map<string, number>();
  let reserving: Promise<void> | null = null;

  const reserve = async (kekId: string): Promise<void> => {
    const size = Math.min(WRAP_BLOCK, limit);
    if (!(await keks.reserve(kekId, size, limit))) throw new KekExhausted(kekId, limit);
    left.set(kekId, (left.get(kekId) ?? 0) + size);
  };
  return async (kekId: string): Promise<void> => {
    for (;;) {
      const available = left.get(kekId) ?? 0;
      if (available > 0) {
        left.set(kekId, available - 1);
        return;
      }
      reserving ??= reserve(kekId).finally(() => {
        reserving = null;
      });
      await reserving;
    }
  };
};

export const kekKeeper = ({ wrapper, keks, first, replica, goneMs, logger, wrapLimit = WRAP_LIMIT }: Deps): KekKeeper => {
  const count = wrapBudget(keks, wrapLimit);
  let active = first;
  const refresh = async (): Promise<void> => {
    active = (await keks.active()) ?? active;
  };
  /** Counts a wrap under the active KEK; where that is exhausted, another replica may have been told of the next one. */
  const counted = async (): Promise<string> => {
    const kekId = active;
    try {
      await count(kekId);
      return kekId;
    } catch (fault) {
      if (!(fault instanceof KekExhausted)) throw fault;
      await refresh();
      if (active === kekId) throw fault;
      return counted();
    }
  };
  return {
    wrap: async (key, context) => wrapper.wrap(await counted(), key, context),
    unwrap: (wrapped, context) => wrapper.unwrap(wrapped, context),
    refresh,
    holds: (kekId) => wrapper.held().includes(kekId),
    report: async () => {
      // What can't be read now was read before: the keys stay held, and whoever watches the log hears of it.
      await wrapper.reload().catch((error: unknown) => logger.error('kek.reload-failed', { error }));
      await keks.replicas.report(replica, wrapper.held(), goneMs);
    },
    leave: () => keks.replicas.leave(replica),
  };
};
