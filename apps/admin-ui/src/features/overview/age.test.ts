import { describe, expect, it } from 'vitest';
import { ageInDays, agesByKind } from './age.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const of = (lastRotatedAt: string | null, registeredAt = '2026-01-01T00:00:00Z') => ({ lastRotatedAt, registeredAt });
const exactly = (count: number) => ({ count, atLeast: false });

describe('the age of a value', () => {
  it.each([
    ['its rotation', '2026-11-27T12:00:00Z', 1],
    ['its registration, where it was never rotated', null, 331],
    ['nothing, where a clock is ahead', '2026-11-29T00:00:00Z', 0],
  ])('counts from %s', (_what, lastRotatedAt, days) => expect(ageInDays(of(lastRotatedAt), NOW)).toBe(days));

  it('is told by type and by whose LLM keys they are, the greatest first, each with its list', () => {
    const ages = [
      { credentialType: 'generic' as const, all: exactly(1), over30Days: exactly(0), over90Days: exactly(0) },
      { credentialType: 'user_api_key' as const, all: exactly(5), over30Days: exactly(0), over90Days: exactly(0) },
      {
        credentialType: 'database_password' as const,
        all: { count: 10_000, atLeast: true },
        over30Days: exactly(30),
        over90Days: exactly(10),
      },
    ];
    const llmAges = [{ provider: 'openai' as const, all: exactly(5), over30Days: exactly(2), over90Days: exactly(0) }];
    const nameOf = (kind: object): string => Object.values(kind).join('').slice(0, 2);
    const none = { grown: 0, old: 0, atLeast: false };
    expect(agesByKind({ ages, llmAges }, nameOf)).toEqual([
      { kind: 'da', search: { scope: 'system', type: 'database_password' }, fresh: 9_970, grown: 20, old: 10, atLeast: true },
      { ...none, kind: 'op', search: { scope: 'system', llm: 'openai' }, fresh: 3, grown: 2 },
      { ...none, kind: 'ge', search: { scope: 'system', type: 'generic' }, fresh: 1 },
    ]);
  });
});
