import { describe, expect, it } from 'vitest';
import { localProblem } from './api-problem.ts';
import { readAgainIn } from './read-again-in.ts';

const silence = localProblem('unreachable', 0, 'Nobody answers');

describe('readAgainIn', () => {
  it.each([
    ['what is not read yet', undefined, null, 70],
    ['what was read', 7, null, 70],
    ['what was read before nobody answered', 7, silence, 70],
    ['what was refused', undefined, localProblem('not-allowed', 403, 'No'), 70],
    ['what nobody answered', undefined, silence, false],
  ])('has its answer for %s', (_, data, error, expected) => expect(readAgainIn({ data, error }, 70)).toBe(expected));
});
