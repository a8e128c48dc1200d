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

/** How long something is past, as people say it: in whole ones of the largest unit. */
export const agoOf = (ms: number): string => {
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ['s', 1_000];
  return ms < 1_000 ? 'just now' : `${Math.floor(ms / size)} ${unit} ago`;
};

export const timesOf = (count: number): string => (count === 1 ? 'once' : `${count} times`);
