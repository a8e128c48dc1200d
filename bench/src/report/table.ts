import type { Figure, SuiteResult } from './figures.ts';

const HEAD = ['', 'p50', 'p99', 'min', 'n', 'floor p50', 'p99', 'min', 'ratio', 'wanted'];

const shown = (value: number, { unit }: Figure): string =>
  unit === 'ms' || value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en');

const wantedOf = ({ wanted }: Figure): string => (wanted === null ? '' : `${wanted.sentence}: ${wanted.isKept ? 'kept' : 'NOT KEPT'}`);

const cellsOf = (figure: Figure): string[] => {
  const { name, unit, ours, floor, ratio } = figure;
  const three = ({ p50, p99, min }: Figure['ours']): string[] => [p50, p99, min].map((value) => shown(value, figure));
  return [`${name} (${unit})`, ...three(ours), String(ours.count), ...three(floor), `${ratio.toFixed(2)}×`, wantedOf(figure)];
};

/** A suite for a terminal. */
export const tableLines = ({ suite, about, figures }: SuiteResult): string[] => {
  const rows = [HEAD, ...figures.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [suite, ...about.map((sentence) => `  ${sentence}`), '', ...rows.map(line), ''];
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The same for a page. */
export const markdownLines = ({ suite, about, figures }: SuiteResult): string[] => {
  const floors = Object.entries(Object.groupBy(figures, ({ floorIs }) => floorIs)).map(
    ([floorIs, of = []]) => `- ${of.length === figures.length ? 'of all' : of.map(({ name }) => name).join('; ')}: ${floorIs}`,
  );
  return [
    `### ${suite}`,
    '',
    ...about,
    '',
    row(HEAD),
    row(HEAD.map((_, column) => (column === 0 ? ':--' : '--:'))),
    ...figures.map((figure) => row(cellsOf(figure))),
    '',
    'Floors:',
    '',
    ...floors,
    '',
  ];
};
