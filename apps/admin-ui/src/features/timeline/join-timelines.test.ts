import type { AuditEntry, Timeline } from '@keyturn/contracts/api';
import { describe, expect, it } from 'vitest';
import { joinNewer, joinOlder, nextReadIn } from './join-timelines.ts';

const entry = (position: number): AuditEntry => ({
  position,
  at: '2026-11-22T14:00:00Z',
  type: 'credential.rotated',
  who: 'vault',
  credentialId: null,
  address: null,
  from: null,
  summary: '',
  verdict: 'done',
  correlationId: null,
  epoch: null,
});
const timeline = (...positions: number[]): Timeline => ({
  items: positions.map(entry),
  projectedTo: Math.max(0, ...positions),
  total: positions.length,
});

const positionsOf = ({ items }: Timeline): number[] => items.map(({ position }) => position);

describe('joinNewer', () => {
  it('puts new entries before known ones, the newest first and each once', () =>
    expect(positionsOf(joinNewer(timeline(4, 1), timeline(4, 7, 9)))).toEqual([9, 7, 4, 1]));
  it("takes the newer answer's figures", () => expect(joinNewer(timeline(1), timeline(4)).projectedTo).toBe(4));
});

describe('joinOlder', () => {
  it('puts older entries behind known ones, each once', () =>
    expect(positionsOf(joinOlder(timeline(9, 7), timeline(7, 4, 1).items))).toEqual([9, 7, 4, 1]));
  it('keeps the figures, which are of the whole', () =>
    expect(joinOlder(timeline(9), timeline(4).items)).toMatchObject({ projectedTo: 9, total: 1 }));
});

describe('nextReadIn', () => {
  it('asks soon while the projection is behind an event that the page heard of', () => expect(nextReadIn(timeline(4), 9)).toBe(500));
  it('is at leisure when it caught up', () => expect(nextReadIn(timeline(9), 9)).toBe(30_000));
});
