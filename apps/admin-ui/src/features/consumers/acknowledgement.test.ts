import type { ConsumerView } from '@keyturn/contracts/api';
import { describe, expect, it } from 'vitest';
import { acknowledgementOf } from './acknowledgement.ts';

const NOW = { current: 3, generation: 3 };
type Of = Pick<ConsumerView, 'state' | 'holds' | 'acknowledged' | 'nack'>;
const holding = (...versions: number[]): Of => ({
  state: 'live',
  holds: versions.map((version) => ({ version, since: '2026-11-29T12:00:00Z' })),
  acknowledged: null,
  nack: null,
});

describe('whether an instance acknowledged', () => {
  it.each([
    ['a live one that has', { ...holding(3), acknowledged: 3 }, 'good', 'generation 3', null],
    ['one that still drains', { ...holding(2, 3), acknowledged: 3 }, 'good', 'generation 3', 'It still has v2 in use'],
    ['one that reports that it does not work', { ...holding(3), nack: 'Login refused.' }, 'bad', 'proved, but', 'Login refused.'],
    ['one that took it and is trying', holding(3), 'warn', 'not yet', 'It took v3, and has not reported'],
    ['one that did not fetch it', { ...holding(2), acknowledged: 2 }, 'warn', 'behind, at generation 2', 'It has not fetched v3'],
    ['a silent one', { ...holding(2), state: 'silent' as const }, 'idle', 'not yet', 'It has been silent'],
    ['a lost one', { ...holding(2), state: 'lost' as const }, 'idle', 'not yet', 'It was silent for so long'],
    ['one that is gone', { ...holding(2), state: 'ended' as const }, 'idle', 'not yet', 'It said goodbye'],
  ])('is said of %s, and why not', (_what, consumer, tone, said, why) => {
    const told = acknowledgementOf(consumer, NOW);
    expect(told).toMatchObject({ tone, said: expect.stringContaining(said) });
    expect(String(told.why)).toContain(String(why));
  });
});
