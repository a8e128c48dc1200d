import { beforeEach, describe, expect, it } from 'vitest';
import { type RateLimit, rateLimit } from './rate-limit.ts';

let now: number;
let limit: RateLimit<number>;
beforeEach(() => {
  now = 0;
  let ids = 0;
  limit = rateLimit({ clock: { now: () => new Date(now) }, newId: () => `id-${(ids += 1)}` });
});
const hear = (times: number, name = 'mallory'): boolean[] => Array.from({ length: times }, (_, index) => limit.take(name, index + 1));

describe('the rate of an event', () => {
  it('lets five a minute through for each name', () => {
    expect(hear(7).filter(Boolean)).toHaveLength(5);
    expect(hear(2, 'eve')).toEqual([true, true]);
    now += 60_000;
    expect(hear(1)).toEqual([true]);
  });

  it('owes the rest as one event when the minute is over, whether or not another follows', () => {
    hear(12);
    now += 59_999;
    expect(limit.owed('over')).toEqual([]);
    now += 1;
    expect(limit.owed('over')).toEqual([{ commandId: 'id-1', what: 12, times: 7 }]);
  });

  it('owes it under one id until it is said, and no more then', () => {
    hear(6);
    now += 60_000;
    const [first] = limit.owed('over');
    expect(limit.owed('over')).toEqual([first]);
    hear(7); // the next minute's
    expect(limit.owed('over')).toEqual([first]);
    limit.said(first!.commandId);
    expect(limit.owed('over')).toEqual([]);
    now += 60_000;
    expect(limit.owed('over')).toMatchObject([{ times: 2 }]);
  });

  it('owes what came before the one that begins another minute', () => {
    hear(8);
    now += 60_000;
    expect(hear(1)).toEqual([true]);
    expect(limit.owed('over')).toMatchObject([{ times: 3, what: 8 }]);
  });

  it('owes all of it at the end', () => {
    hear(6);
    hear(9, 'eve');
    hear(2, 'bob');
    expect(limit.owed('all').map(({ times }) => times)).toEqual([1, 4]);
  });
});
