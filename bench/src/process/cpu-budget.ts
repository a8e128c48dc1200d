import type { CpuTimes } from './cpu-time.ts';

type Spent = {
  /** Readings before and after; null where the system doesn't tell. */
  readonly before: CpuTimes | null;
  readonly after: CpuTimes | null;
  /** What was done in between, and how long it took. */
  readonly pieces: number;
  readonly ms: number;
};

/** Adds up what processes spent on pieces of one kind of work. */
export type CpuBudget = {
  add(spent: Spent): void;
  /** `478 µs of CPU (vault 236, …), with 1.1 cores busy`; null where nothing was told. */
  sentence(): string | null;
};

export const cpuBudget = (): CpuBudget => {
  const spentBy = new Map<string, number>();
  let [pieces, ms] = [0, 0];
  return {
    add: ({ before, after, ...work }) => {
      if (before === null || after === null) return;
      for (const [name, until] of Object.entries(after)) spentBy.set(name, (spentBy.get(name) ?? 0) + until - (before[name] ?? 0));
      pieces += work.pieces;
      ms += work.ms;
    },
    sentence: () => {
      if (pieces === 0) return null;
      const micros = (spent: number): number => Math.round((spent * 1_000) / pieces);
      const parts = [...spentBy].filter(([, spent]) => micros(spent) > 0).toSorted(([, a], [, b]) => b - a);
      const whole = [...spentBy.values()].reduce((sum, spent) => sum + spent, 0);
      const each = parts.map(([name, spent]) => `${name} ${micros(spent)}`).join(', ');
      return `${micros(whole)} µs of CPU (${each}), with ${(whole / ms).toFixed(1)} cores busy`;
    },
  };
};
