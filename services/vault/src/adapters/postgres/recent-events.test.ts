import type { Recorded } from '@keyturn/contracts/events';
import { describe, expect, it } from 'vitest';
import { recentEvents } from './recent-events.ts';

const events = (first: number, last: number): Recorded[] =>
  Array.from(
    { length: last - first + 1 },
    (_, index) => ({ position: first + index, hash: `${first + index}`, prevHash: `${first + index - 1}` }) as Recorded,
  );
const positions = (found: readonly Recorded[] | null) => found?.map((event) => event.position) ?? null;

describe('the newest events', () => {
  it('are answered from where they begin, and not beyond either end', () => {
    const recent = recentEvents(10);
    recent.add(events(5, 7));
    expect(positions(recent.after(4, 2))).toEqual([5, 6]);
    expect(positions(recent.after(6, 9))).toEqual([7]);
    expect([3, 7, 8].map((position) => recent.after(position, 9))).toEqual([null, null, null]);
  });
  it('begin anew behind what another replica appended', () => {
    const recent = recentEvents(10);
    recent.add(events(1, 3));
    recent.add(events(5, 6));
    expect(positions(recent.after(3, 9))).toBeNull();
    expect(positions(recent.after(4, 9))).toEqual([5, 6]);
  });
  it('are no more than twice the capacity', () => {
    const recent = recentEvents(3);
    for (let position = 1; position <= 20; position++) recent.add(events(position, position));
    expect(recent.after(13, 9)).toBeNull();
    expect(positions(recent.after(17, 9))).toEqual([18, 19, 20]);
  });
});
