import { ApiProblem } from '../../shared/api/api-problem.ts';
import { strings } from '../../strings.ts';
import type { FieldErrors } from './typed.ts';

/** A no that is about one input; it is shown there. */
export class InputRefused extends Error {
  readonly input: string;

  constructor(input: string, message: string) {
    super(message);
    this.name = 'InputRefused';
    this.input = input;
  }
}

/** Which input a refusal as a whole is about. */
const INPUT_OF_CODE: Readonly<Record<string, string>> = {
  'address-taken': 'address',
  'issuer-unknown': 'issuer',
  'issuer-unfit': 'issuer',
};

/** `publicFields.port` and `port` are one input; so is `tags.0` and `tags`. */
const inputOfPath = (path: string): string => path.replace(/^(publicFields|secretFields)\./, '').replace(/^(tags|labels)\..*$/, '$1');

export type Refused = {
  /** What is shown beside the inputs of the form. */
  readonly errors: FieldErrors;
  /** What is left to show below the form; null where the inputs say it all. */
  readonly problem: unknown;
};

/** Puts each sentence of an answer beside the input that it is about, where the form has that. */
export const sortProblem = (error: unknown, hasInput: (name: string) => boolean): Refused => {
  if (error instanceof InputRefused) return { errors: { [error.input]: error.message }, problem: null };
  if (!(error instanceof ApiProblem)) return { errors: {}, problem: error };
  const { code, title, errors = [] } = error.problem;
  const input = INPUT_OF_CODE[code];
  if (input !== undefined && hasInput(input)) {
    return { errors: { [input]: strings.problems.byCode[code]?.title ?? title }, problem: null };
  }
  const placed = errors.map(({ path, message }) => ({ input: inputOfPath(path), message }));
  const here = placed.filter(({ input: place }) => hasInput(place));
  return {
    errors: Object.fromEntries(here.map(({ input: place, message }) => [place, message])),
    problem: errors.length > 0 && here.length === errors.length ? null : error,
  };
};
