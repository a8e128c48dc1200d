import { describe, expect, it } from 'vitest';
import { FIRST_PAGE, pagesOf, withNext } from './page-cursors.ts';

describe('the cursors of a list', () => {
  it('grow with each page that is read, and stay where nothing is new', () => {
    const two = withNext(FIRST_PAGE, 0, 'b');
    expect(two).toEqual(['', 'b']);
    expect(withNext(two, 0, 'b')).toBe(two);
    expect(withNext(two, 1, null)).toBe(two);
  });
  it('behind a page that ends elsewhere are forgotten', () => {
    expect(withNext(['', 'b', 'c', 'd'], 1, 'x')).toEqual(['', 'b', 'x']);
    expect(withNext(['', 'b', 'c'], 0, null)).toEqual(['']);
  });
});

describe('the pages of rows', () => {
  it.each([
    [0, 30, [0]],
    [90, 110, [0, 1]],
    [250, 290, [2]],
    [990, 1100, [9]],
  ])('from %i to %i are %j', (from, to, pages) => expect(pagesOf(from, to, 100, 10)).toEqual(pages));
  it('are one at least', () => expect(pagesOf(0, 0, 100, 1)).toEqual([0]));
});
