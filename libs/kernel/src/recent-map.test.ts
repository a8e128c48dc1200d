import { describe, expect, it } from 'vitest';
import { recentMap } from './recent-map.ts';

describe('a recent map', () => {
  const full = () => {
    const map = recentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    return map;
  };

  it('drops what was set longest ago', () => {
    const map = full();
    map.set('c', 3);
    expect([map.has('a'), map.get('b'), map.get('c')]).toEqual([false, 2, 3]);
  });

  it('makes an entry the newest by setting it again', () => {
    const map = full();
    map.set('a', 4);
    map.set('c', 3);
    expect([map.get('a'), map.has('b'), map.get('c')]).toEqual([4, false, 3]);
  });

  it('forgets one, or all', () => {
    const map = full();
    map.delete('a');
    map.set('c', 3);
    expect([map.has('a'), map.has('b'), map.has('c')]).toEqual([false, true, true]);
    map.clear();
    expect(map.has('b')).toBe(false);
  });
});
