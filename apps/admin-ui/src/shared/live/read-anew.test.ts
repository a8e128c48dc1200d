import { describe, expect, it } from 'vitest';
import { localProblem } from '../api/api-problem.ts';
import { isPolled, isReadAnew } from './read-anew.ts';

const silence = localProblem('unreachable', 0, 'Nobody answers');
const refusal = localProblem('credential-unknown', 404, 'There is none');

describe('what is read', () => {
  it.each([
    ['what was read', 7, null, [true, true]],
    ['what was read, and nobody answered since', 7, silence, [true, true]],
    ['what is being read', undefined, null, [true, true]],
    ['what was refused', undefined, refusal, [true, false]],
    ['what nobody answered', undefined, silence, [false, false]],
  ])('at an event, or while there are none: %s', (_, data, error, expected) => {
    const query = { state: { data, error } };
    expect([isReadAnew(query), isPolled(query)]).toEqual(expected);
  });
});
