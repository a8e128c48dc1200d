import type { Actor } from '@keyturn/contracts';

/** How somebody is named in a sentence. */
export const nameOf = ({ id, name }: Actor): string => name ?? id;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A duration as people say it: in the largest unit that it is a whole number of, else in seconds. */
export const spoken = (ms: number): string => {
  const [unit, size] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ['s', 1_000];
  return `${Math.round(ms / size)} ${unit}`;
};

export const timesOf = (count: number): string => (count === 1 ? 'once' : `${count} times`);
