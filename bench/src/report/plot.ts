import type { Figure, SuiteResult } from './figures.ts';

const WIDTH = 860;
const LEFT = 270;
const RIGHT = 140;
const TOP = 62;
const ROW = 24;
const STYLE = `
  text { fill: #1c2430 } .grid { stroke: #dfe3ea } .back { fill: #ffffff }
  .ours { fill: #2f6fde; stroke: #2f6fde } .floor { fill: #8a93a3; stroke: #8a93a3 } .wanted { stroke: #c2410c; stroke-width: 2 } .span { stroke-width: 2; opacity: .45 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e8ef } .grid { stroke: #333b47 } .back { fill: #161b22 }
    .ours { fill: #6ea0ff; stroke: #6ea0ff } .floor { fill: #9aa3b2; stroke: #9aa3b2 } .wanted { stroke: #ff9d5c }
  }
  text { stroke: none }`;

const VALUES: Readonly<Record<Figure['unit'], (value: number) => string>> = {
  ms: (value) => `${value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en')} ms`,
  'a second': (value) => `${value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en')}/s`,
  MB: (value) => `${Math.round(value)} MB`,
};

type Axis = { readonly decades: readonly number[]; at(value: number): number };

/** Tenfold is the same way everywhere: a suite has a cold start beside a page of a list. */
const axisOf = (figures: readonly Figure[]): Axis => {
  const values = figures.flatMap(({ ours, floor, wanted }) => [ours.p50, ours.p99, floor.p50, floor.p99, wanted?.limit ?? ours.p50]);
  const from = Math.floor(Math.log10(Math.max(Math.min(...values), Number.EPSILON)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    decades: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)),
    at: (value) => LEFT + ((Math.log10(value) - from) / (to - from)) * (WIDTH - LEFT - RIGHT),
  };
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A suite's medians beside their floors' on a logarithmic axis, each with a line to its 99th percentile and a mark where its promise ends. */
export const plotOf = ({ suite, figures }: SuiteResult): string => {
  const axis = axisOf(figures);
  const height = TOP + figures.length * ROW + 14;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(suite)}">`,
    `<style>${STYLE}</style><rect class="back" width="100%" height="100%"/>`,
    `<text x="16" y="26" font-size="15" font-weight="600">${escaped(suite)}</text>`,
    legend(),
    ...axis.decades.map((decade) => gridLine(axis.at(decade), decade, height)),
    ...figures.map((figure, index) => rowOf(figure, TOP + index * ROW, axis)),
    '</svg>',
    '',
  ].join('\n');
};

const legend = (): string => {
  const x = WIDTH - 300;
  return (
    `<circle class="ours" cx="${x}" cy="22" r="5"/><text x="${x + 10}" y="26">ours</text>` +
    `<circle class="floor" cx="${x + 60}" cy="22" r="5"/><text x="${x + 70}" y="26">floor</text>` +
    `<line class="wanted" x1="${x + 122}" y1="15" x2="${x + 122}" y2="29"/><text x="${x + 130}" y="26">where the promise ends</text>`
  );
};

const gridLine = (x: number, decade: number, height: number): string =>
  `<line class="grid" x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${height - 10}"/>` +
  `<text x="${x}" y="${TOP - 13}" text-anchor="middle" font-size="10">${decade.toLocaleString('en')}</text>`;

const rowOf = (figure: Figure, y: number, axis: Axis): string => {
  const { name, unit, ours, floor, wanted } = figure;
  const middle = y + ROW / 2;
  const mark = (which: 'ours' | 'floor', line: number): string => {
    const { p50, p99 } = figure[which];
    return (
      `<line class="${which} span" x1="${axis.at(p50)}" y1="${line}" x2="${axis.at(p99)}" y2="${line}"/>` +
      `<circle class="${which}" cx="${axis.at(p50)}" cy="${line}" r="4.5"/>`
    );
  };
  const limit =
    wanted === null
      ? ''
      : `<line class="wanted" x1="${axis.at(wanted.limit)}" y1="${middle - 9}" x2="${axis.at(wanted.limit)}" y2="${middle + 9}"/>`;
  return (
    `<text x="16" y="${middle + 4}">${escaped(name)}</text>${limit}${mark('floor', middle + 3)}${mark('ours', middle - 3)}` +
    `<text x="${WIDTH - RIGHT + 14}" y="${middle + 4}">${VALUES[unit](ours.p50)} (${(ours.p50 / floor.p50).toFixed(2)}×)</text>`
  );
};
