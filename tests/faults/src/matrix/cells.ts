import type { PointName } from '../inject/failpoints.ts';

// The matrix: at each point of a rotation, by each strategy, each victim.

/** Each point in words, and who stands there when the fault comes. */
export const POINTS: Readonly<Record<PointName, { readonly what: string; readonly stands: 'worker' | 'vault' | 'subscriber' }>> = {
  K0: { what: 'requested, not started', stands: 'worker' },
  K1: { what: 'started, nothing made yet', stands: 'worker' },
  K2: { what: 'candidate committed (chosen) or announced (issued), provider not asked', stands: 'worker' },
  K3: { what: 'the provider has done it, and its reply is dropped', stands: 'worker' },
  K4: { what: 'the reply is in memory, and not sealed', stands: 'worker' },
  K5: { what: 'sealed and recorded, the activity not reported', stands: 'worker' },
  K6: { what: 'tested, not promoted', stands: 'worker' },
  K7: { what: 'promoted, not published', stands: 'vault' },
  K8: { what: 'published, not marked', stands: 'vault' },
  K9: { what: 'delivered, not reloaded', stands: 'subscriber' },
  K10: { what: 'reloaded, not acknowledged', stands: 'subscriber' },
  K11: { what: 'all acknowledged, not revoked', stands: 'worker' },
  K12: { what: 'revoked at the provider, not recorded', stands: 'worker' },
};

export const STRATEGIES = ['chosen', 'issued'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** `paused worker`: SIGSTOP, a second worker goes on, and the first wakes later. The others are SIGKILL, and a new start. */
export const FAULTS = ['vault', 'worker', 'subscriber', 'paused worker'] as const;
export type Fault = (typeof FAULTS)[number];

export type Cell = {
  readonly id: string;
  readonly point: PointName;
  readonly strategy: Strategy;
  readonly fault: Fault;
  /** Why no run can come here; null where one must. */
  readonly whyNot: string | null;
};

const whyNot = (point: PointName, strategy: Strategy): string | null =>
  point === 'K4' && strategy === 'chosen' ? 'we choose the value and seal it before the provider is asked: its reply holds none' : null;

const names = Object.keys(POINTS) as PointName[];

/** Every cell there is, in order. */
export const CELLS: readonly Cell[] = names.flatMap((point) =>
  STRATEGIES.flatMap((strategy) =>
    FAULTS.map((fault) => ({ id: `${point}/${strategy}/${fault}`, point, strategy, fault, whyNot: whyNot(point, strategy) })),
  ),
);

/** The cells that a full run must reach. */
export const REACHABLE = CELLS.filter(({ whyNot }) => whyNot === null);
