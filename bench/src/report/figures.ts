import { percentile } from '../percentile.ts';

/** What was measured of one thing, in the unit of its figure. */
export type Samples = { readonly count: number; readonly min: number; readonly p50: number; readonly p99: number; readonly max: number };

/** One figure beside the floor that was measured in turns with it. */
export type Figure = {
  readonly name: string;
  readonly unit: 'ms' | 'a second' | 'MB';
  readonly ours: Samples;
  readonly floor: Samples;
  readonly floorIs: string;
  /** Ours over the floor, of the medians. */
  readonly ratio: number;
  /** What was promised of it, with the median at which that ends, in the figure's unit; null where nothing is promised. */
  readonly wanted: { readonly sentence: string; readonly isKept: boolean; readonly limit: number } | null;
};

export type SuiteResult = { readonly suite: string; readonly about: readonly string[]; readonly figures: readonly Figure[] };

export const samplesOf = (values: readonly number[]): Samples => {
  const at = (percent: number): number => percentile(values, percent) ?? Number.NaN;
  return { count: values.length, min: Math.min(...values), p50: at(50), p99: at(99), max: Math.max(...values) };
};

type Promised = { readonly ratioUnder: number } | { readonly ratioAtLeast: number } | { readonly underMs: number };

export type FigureOf = {
  readonly name: string;
  readonly unit: Figure['unit'];
  readonly ours: readonly number[];
  readonly floor: readonly number[];
  readonly floorIs: string;
  readonly promise?: Promised;
};

export const figureOf = ({ name, unit, ours, floor, floorIs, promise }: FigureOf): Figure => {
  const [own, under] = [samplesOf(ours), samplesOf(floor)];
  const ratio = own.p50 / under.p50;
  return { name, unit, ours: own, floor: under, floorIs, ratio, wanted: promise === undefined ? null : judged(own, under, promise) };
};

const judged = ({ p50 }: Samples, floor: Samples, promise: Promised): NonNullable<Figure['wanted']> => {
  if ('underMs' in promise) return { sentence: `p50 under ${promise.underMs} ms`, isKept: p50 < promise.underMs, limit: promise.underMs };
  if ('ratioUnder' in promise) {
    const limit = promise.ratioUnder * floor.p50;
    return { sentence: `under ${promise.ratioUnder}×`, isKept: p50 < limit, limit };
  }
  const limit = promise.ratioAtLeast * floor.p50;
  return { sentence: `at least ${promise.ratioAtLeast}×`, isKept: p50 >= limit, limit };
};
