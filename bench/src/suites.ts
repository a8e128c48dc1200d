import type { BenchStack } from './bench-stack.ts';
import { bulk } from './bulk/suite.ts';
import { commands } from './commands/suite.ts';
import { convergence } from './convergence/suite.ts';
import { http } from './http/suite.ts';
import { latency } from './latency/suite.ts';
import { listing } from './listing/suite.ts';
import { pages } from './pages/suite.ts';
import { reveals } from './reveals/suite.ts';
import { rewrap } from './rewrap/suite.ts';
import type { SuiteResult } from './report/figures.ts';
import type { SuiteOptions } from './suite-options.ts';

export type Suite = (stack: BenchStack, options: SuiteOptions) => Promise<SuiteResult>;

export const SUITES = { convergence, commands, reveals, http, rewrap, listing, latency, pages, bulk } as const satisfies Record<
  string,
  Suite
>;
export type SuiteName = keyof typeof SUITES;

const isName = (name: string): name is SuiteName => Object.hasOwn(SUITES, name);

/** The suites of a list `a,b`; all of them if there is none. Null names nothing that exists. */
export const suiteNames = (only: string | undefined): SuiteName[] | null => {
  const wanted = only === undefined ? Object.keys(SUITES) : only.split(',').map((name) => name.trim());
  return wanted.every(isName) ? wanted.filter(isName) : null;
};
