import type { Load } from './load.ts';
import { type Spread, spreadOf } from './percentile.ts';
import type { RotationFigures } from './run-rotations.ts';

export type DemoResult = {
  /** Every rotation completed, and not one login or query failed. */
  readonly ok: boolean;
  readonly wanted: number;
  readonly completed: number;
  readonly load: Load;
  readonly convergenceMs: Spread;
  readonly overlapMs: Spread;
  readonly totalMs: Spread;
  /** A sentence for each promise that was broken. */
  readonly broken: readonly string[];
  readonly rotations: readonly RotationFigures[];
};

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

export const judgeDemo = (wanted: number, rotations: readonly RotationFigures[], load: Load): DemoResult => {
  const completed = rotations.filter(({ status }) => status === 'completed');
  const broken = [
    ...rotations
      .filter(({ status }) => status !== 'completed')
      .map(({ epoch, sentence }) => `rotation ${epoch} did not complete: ${sentence}`),
    ...(rotations.length < wanted ? [`only ${rotations.length} of ${wanted} rotations were made`] : []),
    ...(load.loginsFailed > 0 ? [`${load.loginsFailed} logins failed`] : []),
    ...(load.queriesFailed > 0 ? [`${load.queriesFailed} queries failed`] : []),
    ...(load.failures.length > load.loginsFailed + load.queriesFailed ? ['the workload wrote down more failures than it counts'] : []),
    ...load.doubts,
  ];
  return {
    ok: broken.length === 0,
    wanted,
    completed: completed.length,
    load,
    convergenceMs: spreadOf(known(completed.map(({ convergenceMs }) => convergenceMs))),
    overlapMs: spreadOf(known(completed.map(({ overlapMs }) => overlapMs))),
    totalMs: spreadOf(completed.map(({ totalMs }) => totalMs)),
    broken,
    rotations,
  };
};

const WIDTH = 9;
const milliseconds = (value: number | null): string => (value === null ? '–' : `${Math.round(value)} ms`).padStart(WIDTH + 3);
const count = (value: number): string => value.toLocaleString('en').padStart(WIDTH);

/** The line of one rotation, as it ends. */
export const rotationLine = ({ epoch, status, convergenceMs, overlapMs, totalMs, acknowledgedBy, sentence }: RotationFigures): string =>
  status === 'completed'
    ? `epoch ${String(epoch).padStart(4)}  convergence${milliseconds(convergenceMs)}  overlap${milliseconds(overlapMs)}  total${milliseconds(totalMs)}  ${acknowledgedBy.join(', ')}`
    : `epoch ${String(epoch).padStart(4)}  ${status}: ${sentence}`;

/** The table at the end. */
export const resultLines = ({ wanted, completed, load, convergenceMs, overlapMs, totalMs, broken }: DemoResult): string[] => [
  `             ${'tried'.padStart(WIDTH)}${'failed'.padStart(WIDTH)}`,
  `logins       ${count(load.loginsTried)}${count(load.loginsFailed)}`,
  `queries      ${count(load.queriesTried)}${count(load.queriesFailed)}`,
  `rotations    ${count(wanted)}${count(wanted - completed)}`,
  '',
  `             ${'p50'.padStart(WIDTH + 3)}${'p99'.padStart(WIDTH + 3)}`,
  ...(
    [
      ['convergence', convergenceMs],
      ['overlap', overlapMs],
      ['rotation', totalMs],
    ] as const
  ).map(([name, { p50, p99 }]) => `${name.padEnd(13)}${milliseconds(p50)}${milliseconds(p99)}`),
  ...(load.failures.length === 0 ? [] : ['', 'failures:', ...load.failures.slice(0, 20)]),
  '',
  ...(broken.length === 0 ? ['Not one login and not one query failed.'] : broken.map((sentence) => `BROKEN: ${sentence}`)),
];
