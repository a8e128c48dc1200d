import { describe, expect, it } from 'vitest';
import { tally } from '../../testing/tally.ts';
import { stateCache } from './state-cache.ts';

const held = (version: number) => ({ version, position: version * 10, state: `at ${version}` });
const initial = { version: 0, position: 0, state: tally.initial };

describe('the cache of states', () => {
  it('answers a state that is a prefix of the stream', () => {
    const cache = stateCache(2);
    cache.put(tally, 'a', held(3));
    expect(cache.upTo(tally, 'a', { version: 5, position: 99 })).toEqual(held(3));
    expect(cache.upTo(tally, 'a', { version: 3, position: 30 })).toEqual(held(3));
  });
  it('starts anew where the stream is shorter, or another one', () => {
    const cache = stateCache(2);
    cache.put(tally, 'a', held(3));
    expect(cache.upTo(tally, 'a', { version: 2, position: 20 })).toEqual(initial);
    expect(cache.upTo(tally, 'a', { version: 3, position: 31 })).toEqual(initial);
    expect(cache.upTo({ ...tally }, 'a', { version: 3, position: 30 })).toEqual(initial);
  });
  it('drops the state that was not used for longest', () => {
    const cache = stateCache(2);
    cache.put(tally, 'a', held(1));
    cache.put(tally, 'b', held(1));
    cache.latest(tally, 'a');
    cache.put(tally, 'c', held(1));
    expect(['a', 'b', 'c'].map((stream) => cache.latest(tally, stream) !== undefined)).toEqual([true, false, true]);
  });
  it('keeps nothing of streams on which nothing is decided', () => {
    const cache = stateCache(2);
    const undecided = { ...tally, undecided: true } as const;
    cache.put(undecided, 'a', held(1));
    expect(cache.latest(undecided, 'a')).toBeUndefined();
  });
});
