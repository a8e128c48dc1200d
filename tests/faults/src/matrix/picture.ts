import { type Cell, CELLS, FAULTS, type Fault, STRATEGIES, type Strategy } from './cells.ts';

const SIDE = 44;
const LEFT = 176;
const TOP = 56;
const POINTS = [...new Set(CELLS.map(({ point }) => point))];
const ROWS = STRATEGIES.flatMap((strategy) => FAULTS.map((fault) => ({ strategy, fault })));
const WIDTH = LEFT + POINTS.length * SIDE + 16;
const HEIGHT = TOP + ROWS.length * SIDE + 16;
const COLOURS = { never: '#d64545', few: '#cfe0fb', more: '#8db4f3', many: '#2f6fde', none: '#eceff3' } as const;

const colourOf = ({ whyNot }: Cell, count: number): keyof typeof COLOURS => {
  if (whyNot !== null) return 'none';
  if (count === 0) return 'never';
  if (count < 3) return 'few';
  return count < 5 ? 'more' : 'many';
};

const squareOf = (cell: Cell, count: number, row: number): string => {
  const [x, y] = [LEFT + POINTS.indexOf(cell.point) * SIDE, TOP + row * SIDE];
  const colour = colourOf(cell, count);
  const ink = colour === 'many' || colour === 'never' ? '#ffffff' : '#1c2530';
  return (
    `<rect x="${x + 2}" y="${y + 2}" width="${SIDE - 4}" height="${SIDE - 4}" rx="4" fill="${COLOURS[colour]}"/>` +
    `<text x="${x + SIDE / 2}" y="${y + SIDE / 2 + 4}" text-anchor="middle" fill="${ink}">${cell.whyNot === null ? count : '–'}</text>`
  );
};

const rowOf = (counts: ReadonlyMap<string, number>, { strategy, fault }: { strategy: Strategy; fault: Fault }, row: number): string => {
  const own = CELLS.filter((cell) => cell.strategy === strategy && cell.fault === fault);
  const label = `<text x="${LEFT - 10}" y="${TOP + row * SIDE + SIDE / 2 + 4}" text-anchor="end">${strategy}, ${fault}</text>`;
  return label + own.map((cell) => squareOf(cell, counts.get(cell.id) ?? 0, row)).join('');
};

/** How often each cell was reached, as a picture. */
export const matrixPicture = (counts: ReadonlyMap<string, number>): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    '<text x="16" y="26" font-size="15" font-weight="600">How often each cell was reached</text>',
    ...POINTS.map((point, index) => `<text x="${LEFT + index * SIDE + SIDE / 2}" y="${TOP - 8}" text-anchor="middle">${point}</text>`),
    ...ROWS.map((row, index) => rowOf(counts, row, index)),
    '</svg>',
    '',
  ].join('\n');
