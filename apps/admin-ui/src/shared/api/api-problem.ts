import type { Problem } from '@keyturn/contracts/api';

/** The gateway's "no", or its silence, as an error that queries throw. It never carries what was sent. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.title, options);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
}

/** A problem of our own making, for answers that are none: no network, or something else than our gateway. */
export const localProblem = (code: string, status: number, title: string, cause?: unknown): ApiProblem =>
  new ApiProblem({ type: `about:blank#${code}`, title, status, code, instance: '' }, { cause });
