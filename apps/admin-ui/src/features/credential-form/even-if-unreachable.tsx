import { Checkbox } from '@mantine/core';
import { ApiProblem } from '../../shared/api/api-problem.ts';
import { strings } from '../../strings.ts';
import { typedIn } from './typed.ts';
import type { Typed } from './typed.ts';
import type { Form } from './use-form.ts';

const NAME = 'evenIfUnreachable';
/** The provider said nothing about the value. */
const UNASKED: ReadonlySet<string> = new Set(['test-unreachable', 'test-rate-limited']);

/** Offered once the test could not be made: the person may put the value in place without it. */
export const EvenIfUnreachable = ({ form: { problem } }: { readonly form: Form }) =>
  problem instanceof ApiProblem && UNASKED.has(problem.problem.code) ? (
    <Checkbox name={NAME} label={strings.forms.evenIfUnreachable} description={strings.forms.evenIfUnreachableHint} />
  ) : null;

/** What was said of it, as the API's body has it. */
export const saidOfUnreachable = (typed: Typed): { readonly evenIfUnreachable?: true } =>
  typedIn(typed, NAME) === '' ? {} : { evenIfUnreachable: true };
