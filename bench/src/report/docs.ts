import { type Machine, busyWarning, machineLine } from './machine.ts';
import type { SuiteResult } from './figures.ts';
import { markdownLines } from './table.ts';

const START = '<!-- bench:start, written by `pnpm bench --write-docs` -->';
const END = '<!-- bench:end -->';

/** The page with the section between its marks written anew. */
export const withFigures = (page: string, machine: Machine, results: readonly SuiteResult[]): string => {
  const [from, to] = [page.indexOf(START), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error('the page has no marks for the figures');
  const warning = busyWarning(machine);
  const section = [
    '',
    `Measured ${machine.at.slice(0, 10)} on ${machineLine(machine)}.`,
    ...(warning === null ? [] : ['', `**${warning}**`]),
    '',
    ...results.flatMap(markdownLines),
  ].join('\n');
  return `${page.slice(0, from + START.length)}\n${section}${page.slice(to)}`;
};
