import { describe, expect, it } from 'vitest';
import { parseStat } from './process-identity.ts';

const stat = (name: string): string => `4242 (${name}) S 1 4242 4242 0 -1 4194304 100 0 0 0 5 3 0 0 20 0 11 0 987654 1000 200`;

describe('parseStat', () => {
  it('finds the state, the parent and the start time', () =>
    expect(parseStat(stat('nats-server'))).toEqual({ state: 'S', parent: '1', startTicks: '987654' }));

  it('is not misled by a name with brackets and spaces', () =>
    expect(parseStat(stat('a) Z (b'))).toEqual({ state: 'S', parent: '1', startTicks: '987654' }));

  it('says nothing about a process that is gone', () => expect(parseStat('')).toBeNull());
});
