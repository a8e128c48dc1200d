import type { Figure, SuiteResult } from './figures.ts';

const WIDTH = 860;
const LEFT = 260;
const ROW = 46;
const BAR = 14;
const COLOURS = { ours: '#2f6fde', floor: '#9aa3b2' } as const;

const VALUES: Readonly<Record<Figure['unit'], (value: number) => string>> = {
  ms: (value) => `${value.toFixed(2)} ms`,
  'a second': (value) => `${Math.round(value)}/s`,
  MB: (value) => `${Math.round(value)} MB`,
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A suite's medians as bars beside their floors', with a thin line to the 99th percentile. */
export const plotOf = ({ suite, figures }: SuiteResult): string => {
  const most = Math.max(...figures.flatMap(({ ours, floor }) => [ours.p99, floor.p99]), Number.EPSILON);
  const scale = (value: number): number => (value / most) * (WIDTH - LEFT - 110);
  const height = 60 + figures.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="16" y="26" font-size="15" font-weight="600">${escaped(suite)}</text>`,
    legend(),
    ...figures.map((figure, index) => rowOf(figure, 48 + index * ROW, scale)),
    '</svg>',
    '',
  ].join('\n');
};

const legend = (): string =>
  (['ours', 'floor'] as const)
    .map((which, index) => {
      const x = WIDTH - 150 + index * 70;
      return `<rect x="${x}" y="16" width="12" height="12" fill="${COLOURS[which]}"/><text x="${x + 17}" y="26">${which}</text>`;
    })
    .join('');

const rowOf = (figure: Figure, y: number, scale: (value: number) => number): string => {
  const bar = (which: 'ours' | 'floor', top: number): string => {
    const { p50, p99 } = figure[which];
    const middle = top + BAR / 2;
    const value = VALUES[figure.unit](p50);
    return (
      `<rect x="${LEFT}" y="${top}" width="${Math.max(1, scale(p50))}" height="${BAR}" fill="${COLOURS[which]}"/>` +
      `<line x1="${LEFT + scale(p50)}" y1="${middle}" x2="${LEFT + scale(p99)}" y2="${middle}" stroke="${COLOURS[which]}"/>` +
      `<text x="${LEFT + scale(Math.max(p50, p99)) + 6}" y="${top + BAR - 3}">${value}</text>`
    );
  };
  return `<text x="16" y="${y + BAR + 4}">${escaped(figure.name)}</text>${bar('ours', y)}${bar('floor', y + BAR + 2)}`;
};
