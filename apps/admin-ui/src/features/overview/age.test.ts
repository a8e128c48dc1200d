import { describe, expect, it } from 'vitest';
import { ageInDays, agesByKind } from './age.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const of = (kind: string, lastRotatedAt: string | null, registeredAt = '2026-01-01T00:00:00Z') => ({ kind, lastRotatedAt, registeredAt });

describe('the age of a value', () => {
  it.each([
    ['its rotation', '2026-11-27T12:00:00Z', 1],
    ['its registration, where it was never rotated', null, 331],
    ['nothing, where a clock is ahead', '2026-11-29T00:00:00Z', 0],
  ])('counts from %s', (_what, lastRotatedAt, days) => expect(ageInDays(of('a', lastRotatedAt), NOW)).toBe(days));

  it('is gathered by kind, the greatest first', () => {
    const all = [of('llm', '2026-11-20T00:00:00Z'), of('db', null), of('db', '2026-10-10T00:00:00Z'), of('db', '2026-10-29T12:00:00Z')];
    expect(agesByKind(all, ({ kind }) => kind, NOW)).toEqual([
      { kind: 'db', fresh: 0, grown: 2, old: 1 },
      { kind: 'llm', fresh: 1, grown: 0, old: 0 },
    ]);
  });
});
