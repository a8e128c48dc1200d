import type { KekState, KeyRingEvent, Recorded, RewrapResult } from '@keyturn/contracts/events';

export type Kek = {
  readonly kekId: string;
  readonly state: KekState;
  readonly addedAt: string;
  readonly activatedAt: string | null;
  readonly retiringAt: string | null;
  readonly retiredAt: string | null;
};

/** One re-wrapping of everything under one key. */
export type RewrapRun = {
  readonly runId: string;
  readonly kekId: string;
  readonly requestedAt: string;
  readonly totalCredentials: number;
  readonly rotated: number;
  readonly failed: number;
  readonly result: RewrapResult | null;
};

/** The key ring as the log tells it; empty before a vault's first start with it. */
export type KeyRing = { readonly keks: readonly Kek[]; readonly run: RewrapRun | null };

export const emptyRing: KeyRing = { keks: [], run: null };

export const kekIn = (ring: KeyRing, kekId: string): Kek | undefined => ring.keks.find((kek) => kek.kekId === kekId);
export const activeKek = (ring: KeyRing): Kek | undefined => ring.keks.find((kek) => kek.state === 'active');
/** The run that is under way. */
export const openRun = (ring: KeyRing): RewrapRun | null => (ring.run?.result === null ? ring.run : null);

const changed = (ring: KeyRing, kekId: string, change: Partial<Kek>): KeyRing => ({
  ...ring,
  keks: ring.keks.map((kek) => (kek.kekId === kekId ? { ...kek, ...change } : kek)),
});

/** What the event changes. It may not say no. */
export const evolveRing = (ring: KeyRing, event: KeyRingEvent, at: Recorded['recordedAt']): KeyRing => {
  const { type, data } = event;
  switch (type) {
    case 'kek.added': {
      const added: Kek = { ...data, state: 'added', addedAt: at, activatedAt: null, retiringAt: null, retiredAt: null };
      return { ...ring, keks: [...ring.keks, added] };
    }
    case 'kek.activated':
      return changed(ring, data.kekId, { state: 'active', activatedAt: at });
    case 'kek.retiring':
      return changed(ring, data.kekId, { state: 'retiring', retiringAt: at });
    case 'kek.retired':
      return changed(ring, data.kekId, { state: 'retired', retiredAt: at });
    case 'rewrap.requested':
      return { ...ring, run: { ...data, requestedAt: at, rotated: 0, failed: 0, result: null } };
    case 'rewrap.progressed':
      return { ...ring, run: ring.run && { ...ring.run, rotated: data.rotated, failed: data.failed } };
    case 'rewrap.completed': {
      const { success, totalCredentials, rotated, failed, rotatedAt } = data;
      const result = { success, totalCredentials, rotated, failed, rotatedAt };
      return { ...ring, run: ring.run && { ...ring.run, totalCredentials, rotated, failed, result } };
    }
  }
};
