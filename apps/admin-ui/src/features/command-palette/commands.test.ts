import { describe, expect, it } from 'vitest';
import { isMeant, moved } from './commands.ts';

describe('what is typed into the palette', () => {
  it.each([
    ['', true],
    ['key', true],
    ['RING key', true],
    ['keys ring', false],
  ])('%j', (typed, expected) => expect(isMeant({ label: 'Key ring' }, typed)).toBe(expected));
});

describe('the arrows in the palette', () => {
  it.each([
    [0, 'ArrowDown', 3, 1],
    [2, 'ArrowDown', 3, 0],
    [0, 'ArrowUp', 3, 2],
    [1, 'x', 3, 1],
    [0, 'ArrowDown', 0, 0],
  ])('from %i by %s among %i', (at, key, count, to) => expect(moved(at, key, count)).toBe(to));
});
