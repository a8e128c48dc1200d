import { describe, expect, it } from 'vitest';
import { readUpTo } from './read-up-to.ts';

const pagesOf = (count: number) => {
  const asked: string[] = [];
  const read = async (limit: number, cursor: string | null) => {
    asked.push(`${limit} from ${cursor ?? 'the first'}`);
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: Math.min(limit, count - from) }, (_, index) => from + index);
    return { items, nextCursor: from + limit < count ? String(from + limit) : null };
  };
  return { asked, read };
};

describe('readUpTo', () => {
  it('asks for no more than it wants, and as often as it takes', async () => {
    const { asked, read } = pagesOf(2_000);
    expect(await readUpTo(1_100, read)).toEqual(Array.from({ length: 1_100 }, (_, index) => index));
    expect(asked).toEqual(['500 from the first', '500 from 500', '100 from 1000']);
  });

  it('ends where there are no more', async () => {
    const { asked, read } = pagesOf(120);
    expect(await readUpTo(300, read)).toHaveLength(120);
    expect(asked).toEqual(['300 from the first']);
  });
});
