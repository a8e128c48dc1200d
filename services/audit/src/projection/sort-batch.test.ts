import type { Recorded } from '@keyturn/contracts/events';
import { describe, expect, it } from 'vitest';
import { GENESIS } from '../ports/entry-store.ts';
import { arrivedAt, recordedAt, rehashed } from '../testing/sample-events.ts';
import { sortBatch } from './sort-batch.ts';

const at = (position: number) => ({ position, hash: recordedAt(position).hash });
const positionsOf = (events: readonly { entry: { position: number } }[]): number[] => events.map(({ entry }) => entry.position);

describe('sortBatch', () => {
  it('takes what follows, in order', () => {
    const sorted = sortBatch(GENESIS, [arrivedAt(1), arrivedAt(2)]);
    expect(positionsOf(sorted.taken)).toEqual([1, 2]);
    expect(sorted.obstacle).toBeNull();
  });

  it('takes an event once, however often it comes', () => {
    const sorted = sortBatch(at(1), [arrivedAt(1), arrivedAt(2), arrivedAt(2, 9)]);
    expect(positionsOf(sorted.taken)).toEqual([2]);
    expect(sorted.repeats.map(({ position }) => position)).toEqual([1, 2]);
  });

  it('stops at a gap and keeps what came before it', () => {
    const sorted = sortBatch(at(1), [arrivedAt(2), arrivedAt(5, 50)]);
    expect(positionsOf(sorted.taken)).toEqual([2]);
    expect(sorted.obstacle).toEqual({ kind: 'gap', expected: 3, position: 5, sequence: 50 });
  });

  it.each([
    ['what is not JSON', '{'],
    ['what is no event', '{"data":{}}'],
    ['an unknown event', arrivedAt(2, 2, recordedAt(2, { type: 'nobody.knows', data: {} })).text],
    ['an event whose data does not fit', arrivedAt(2, 2, recordedAt(2, { type: 'credential.rotated', data: { from: 'x' } })).text],
    ['an event that follows on another past', arrivedAt(2, 2, rehashed({ ...recordedAt(2), prevHash: 'f'.repeat(64) })).text],
    ['an event that was changed', arrivedAt(2, 2, { ...recordedAt(2), recordedAt: '2026-01-02T03:04:06Z' }).text],
  ])('stops at %s', (_what, text) => {
    const sorted = sortBatch(at(1), [{ sequence: 2, subject: 's', text }, arrivedAt(3)]);
    expect(sorted.taken).toEqual([]);
    expect(sorted.obstacle).toMatchObject({ kind: 'poison', arrived: { sequence: 2 } });
  });

  it('keeps fields that it does not know, for the hash covers them', () => {
    const recorded = rehashed({ ...recordedAt(1), meta: { ...recordedAt(1).meta, novelty: 1 } as Recorded['meta'] });
    const [event] = sortBatch(GENESIS, [arrivedAt(1, 1, recorded)]).taken;
    expect(JSON.parse(event!.recorded)).toEqual(recorded);
  });
});
