import { describe, expect, it } from 'vitest';
import { eventFeed, type FeedFrame } from './event-feed.ts';

const streamed = (position: number) => ({ position, type: 't', at: '', credentialId: 'c', address: null, data: {} });
const event = (position: number) => ({ position, read: () => streamed(position) });
const listener = (hear: () => boolean = () => true) => ({ hear, close: () => undefined });
const missed = (feed: ReturnType<typeof eventFeed>, after: number | null) => {
  const subscribed = feed.subscribe(listener(), after);
  if (!subscribed.ok) return subscribed.why;
  return subscribed.missed === 'too-many' ? 'too-many' : subscribed.missed.map(({ position }) => position);
};
const filled = (positions: number[], limits = { remembered: 3, listeners: 2 }) => {
  const feed = eventFeed(limits);
  for (const position of positions) feed.push(event(position));
  return feed;
};

describe('eventFeed', () => {
  it('replays what came after a position', () => {
    expect(missed(filled([5, 6, 7]), 5)).toEqual([6, 7]);
    expect(missed(filled([5, 6, 7]), 4)).toEqual([5, 6, 7]);
    expect(missed(filled([5, 6, 7]), 7)).toEqual([]);
  });
  it('replays nothing to who has seen nothing yet', () => {
    expect(missed(filled([5, 6]), null)).toEqual([]);
  });
  it.each([
    ['memory does not reach back', [5, 6, 7, 8], 4],
    ['memory is empty', [], 3],
    ['the position is of a future that this log does not have', [5, 6], 9],
  ])('says too many when %s', (_when, positions, after) => {
    expect(missed(filled(positions), after)).toBe('too-many');
  });
  it('sends everybody away over a gap, and says too many to who comes again from before it', () => {
    const feed = filled([5, 6]);
    let closed = 0;
    feed.subscribe({ hear: () => true, close: () => void (closed += 1) }, null);
    feed.push(event(8));
    expect(closed).toBe(1);
    expect([missed(feed, 6), missed(feed, 7)]).toEqual(['too-many', [8]]);
  });
  it('tells an event once, however often the stream does', () => {
    const feed = filled([]);
    const heard: number[] = [];
    feed.subscribe({ hear: ({ position }) => heard.push(position) > 0, close: () => undefined }, null);
    for (const position of [1, 2, 1, 2, 3]) feed.push(event(position));
    expect(heard).toEqual([1, 2, 3]);
  });
  it('drops who cannot keep up, and nobody else', () => {
    const feed = filled([]);
    let closed = 0;
    feed.subscribe({ hear: () => false, close: () => void (closed += 1) }, null);
    feed.subscribe(listener(), null);
    feed.push(event(1));
    feed.push(event(2));
    expect(closed).toBe(1);
    expect(missed(feed, null)).toEqual([]);
  });
  it('reads an event once, and only where somebody hears it', () => {
    const feed = filled([]);
    let read = 0;
    const counted = (position: number) => ({ position, read: () => ((read += 1), streamed(position)) });
    feed.push(counted(1));
    expect(read).toBe(0);
    const told: (string | undefined)[] = [];
    const hear = ({ told: tell }: FeedFrame): boolean => told.push(tell()?.text('whole')) > 0;
    for (let each = 1; each <= 2; each += 1) feed.subscribe({ hear, close: () => undefined }, null);
    feed.push(counted(2));
    expect(told).toEqual(Array(2).fill(`id: 2\ndata: ${JSON.stringify(streamed(2))}\n\n`));
    expect(read).toBe(1);
  });
  it('takes no more listeners than it may, and none after closing', () => {
    const feed = filled([]);
    expect([missed(feed, null), missed(feed, null), missed(feed, null)]).toEqual([[], [], 'full']);
    feed.close();
    expect(missed(feed, null)).toBe('closed');
  });
});
