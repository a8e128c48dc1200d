import type { AuditEntry, Timeline } from '@keyturn/contracts/api';
import { describe, expect, it } from 'vitest';
import { joinTimelines, nextReadIn } from './join-timelines.ts';

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
  projectedTo: positions.at(-1) ?? 0,
  total: positions.length,
});

describe('joinTimelines', () => {
  it('puts new entries behind known ones, each once', () =>
    expect(joinTimelines(timeline(1, 4), timeline(4, 9)).items.map(({ position }) => position)).toEqual([1, 4, 9]));
  it("takes the newer answer's figures", () => expect(joinTimelines(timeline(1), timeline(4)).projectedTo).toBe(4));
});

describe('nextReadIn', () => {
  it('asks soon while the projection is behind an event that the page heard of', () => expect(nextReadIn(timeline(4), 9)).toBe(500));
  it('is at leisure when it caught up', () => expect(nextReadIn(timeline(9), 9)).toBe(30_000));
});
