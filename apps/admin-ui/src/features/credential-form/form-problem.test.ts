import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../shared/api/api-problem.ts';
import { InputRefused, sortProblem } from './form-problem.ts';

const inputs = ['address', 'port', 'labels'];
const hasInput = (name: string): boolean => inputs.includes(name);
const problem = (code: string, errors?: { path: string; message: string }[]): ApiProblem =>
  new ApiProblem({ type: '/problems/x', title: 'No', status: 422, code, instance: '', ...(errors === undefined ? {} : { errors }) });

describe('sortProblem', () => {
  it('puts sentences beside their inputs, and then has nothing more to say', () =>
    expect(sortProblem(problem('request-invalid', [{ path: 'publicFields.port', message: 'no number' }]), hasInput)).toEqual({
      errors: { port: 'no number' },
      problem: null,
    }));
  it('shows the whole where a sentence has no input', () => {
    const error = problem('fields-invalid', [
      { path: 'port', message: 'no number' },
      { path: 'colour', message: 'no such field' },
    ]);
    expect(sortProblem(error, hasInput)).toEqual({ errors: { port: 'no number' }, problem: error });
  });
  it('knows which input a code is about', () =>
    expect(sortProblem(problem('address-taken'), hasInput)).toEqual({ errors: { address: 'This address is taken' }, problem: null }));
  it('shows a code below where the form has no such input', () => {
    const error = problem('issuer-unknown');
    expect(sortProblem(error, hasInput)).toEqual({ errors: {}, problem: error });
  });
  it('takes a word of our own', () =>
    expect(sortProblem(new InputRefused('address', 'not there'), hasInput)).toEqual({ errors: { address: 'not there' }, problem: null }));
});
