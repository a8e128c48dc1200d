import { describe, expect, it } from 'vitest';
import { ApiProblem } from './api-problem.ts';
import { requestKey } from './request-key.ts';

const problem = (status: number) => new ApiProblem({ type: 't', title: 't', status, code: 'c', instance: 'i' });
const keys = () => {
  let made = 0;
  return requestKey(() => `key-${(made += 1)}`);
};

describe('the key of a request', () => {
  it('is the same while nothing was answered, and another for another question', () => {
    const key = keys();
    expect([key.of('a'), key.of('a'), key.of('b')]).toEqual(['key-1', 'key-1', 'key-2']);
  });
  it.each([
    ['a yes', undefined, 'key-2'],
    ['a no', problem(409), 'key-2'],
    ['an unknown outcome', problem(504), 'key-1'],
    ['nobody there', problem(503), 'key-1'],
  ])('after %s', (_what, error, next) => {
    const key = keys();
    key.of('a');
    key.answered(error);
    expect(key.of('a')).toBe(next);
  });
});
