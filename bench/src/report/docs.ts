import { type Machine, busyWarning, machineLine } from './machine.ts';
import type { SuiteResult } from './figures.ts';
import { markdownLines } from './table.ts';

const START = '<!-- bench:start, written by `pnpm bench --write-docs` -->';
const END = '<!-- bench:end -->';
const HEADING = /^(?=### )/mu;

/** Where the page looks for a suite's plot, from the folder that it is in. */
export const plotPath = (suite: string): string => `images/bench-${suite.toLowerCase()}.svg`;

const sectionOf = (machine: Machine, result: SuiteResult): string => {
  const [heading = '', ...rest] = markdownLines(result);
  const warning = busyWarning(machine);
  return [
    heading,
    '',
    `Measured ${machine.at.slice(0, 10)} on ${machineLine(machine)}.`,
    ...(warning === null ? [] : ['', `**${warning}**`]),
    '',
    `![${result.suite} beside its floors](${plotPath(result.suite)})`,
    ...rest,
    '',
  ].join('\n');
};

/** The page with the sections of these suites written anew between its marks. Those of others stay, with the day and the machine of theirs. */
export const withFigures = (page: string, machine: Machine, results: readonly SuiteResult[]): string => {
  const [from, to] = [page.indexOf(START), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error('the page has no marks for the figures');
  const sections = new Map(
    page
      .slice(from + START.length, to)
      .split(HEADING)
      .filter((section) => section.startsWith('### '))
      .map((section) => [section.slice(4, section.indexOf('\n')), `${section.trimEnd()}\n\n`]),
  );
  for (const result of results) sections.set(result.suite, `${sectionOf(machine, result).trimEnd()}\n\n`);
  return `${page.slice(0, from + START.length)}\n\n${[...sections.values()].join('')}${page.slice(to)}`;
};
