import { describe, expect, it } from 'vitest';
import { strings } from '../../strings.ts';
import { ApiProblem, localProblem } from './api-problem.ts';
import { isWorthRetrying, problemMessage } from './problem-message.ts';

const problem = (status: number, code: string, more: { detail?: string; errors?: Array<{ path: string; message: string }> } = {}) =>
  new ApiProblem({ type: `https://keyturn.dev/problems/${code}`, title: `Title of ${code}`, status, code, instance: 'req-1', ...more });

describe('problemMessage', () => {
  it.each([
    [401, 'signed-out'],
    [403, 'forbidden'],
    [404, 'missing'],
    [410, 'missing'],
    [409, 'refused'],
    [422, 'refused'],
    [500, 'fault'],
    [503, 'unavailable'],
    [504, 'unavailable'],
  ])('reads status %d as %s', (status, kind) => expect(problemMessage(problem(status, 'some-code')).kind).toBe(kind));

  it('prefers our sentence for a code that we know', () =>
    expect(problemMessage(problem(409, 'rotation-open')).title).toBe(strings.problems.byCode['rotation-open']?.title));
  it("keeps the gateway's title for a refusal that we don't know", () =>
    expect(problemMessage(problem(409, 'new-refusal')).title).toBe('Title of new-refusal'));
  it("shows the gateway's detail before ours", () =>
    expect(problemMessage(problem(409, 'rotation-open', { detail: 'Epoch 4 is open.' })).detail).toBe('Epoch 4 is open.'));
  it('names the code and the request', () => expect(problemMessage(problem(500, 'internal')).reference).toBe('internal · req-1'));
  it('hands on which fields were wrong', () =>
    expect(problemMessage(problem(422, 'fields-invalid', { errors: [{ path: 'address', message: 'no' }] })).fields).toEqual([
      { path: 'address', message: 'no' },
    ]));
  it('shows nothing of an error that is no problem document', () =>
    expect(JSON.stringify(problemMessage(new Error('password=hunter2')))).not.toContain('hunter2'));
  it('calls a network failure unavailable', () => expect(problemMessage(localProblem('unreachable', 0, 'x')).kind).toBe('unavailable'));
});

describe('isWorthRetrying', () => {
  it('asks again when nobody answered', () => expect(isWorthRetrying(problem(503, 'vault-unavailable'))).toBe(true));
  it('takes a no for a no', () => expect(isWorthRetrying(problem(409, 'rotation-open'))).toBe(false));
  it('does not repeat a bug of its own', () => expect(isWorthRetrying(new TypeError('x'))).toBe(false));
});
