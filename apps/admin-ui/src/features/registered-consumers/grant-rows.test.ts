import { describe, expect, it } from 'vitest';
import { grantsOf, rowErrors, rowsOf } from './grant-rows.ts';

const GRANTS = [
  { action: 'ack', pattern: 'system.postgres.*' },
  { action: 'read', pattern: 'system.postgres.*' },
  { action: 'read', pattern: 'system.stripe.main' },
] as const;

describe('grants as rows', () => {
  it('are gathered by pattern, and come apart again', () => {
    const rows = rowsOf([...GRANTS]);
    expect(rows).toEqual([
      { pattern: 'system.postgres.*', actions: ['read', 'ack'] },
      { pattern: 'system.stripe.main', actions: ['read'] },
    ]);
    expect(grantsOf(rows)).toHaveLength(GRANTS.length);
    expect(grantsOf(rows)).toEqual(expect.arrayContaining([...GRANTS]));
  });
  it.each([
    ['', 'An address pattern is needed'],
    ['system', 'a pattern is an address whose tokens may be *'],
    ['System.x.y', 'a pattern is an address whose tokens may be *'],
    [' system.x.* ', null],
  ])('of %j say what is wrong', (pattern, error) => expect(rowErrors([{ pattern, actions: ['read'] }])).toEqual([error]));
  it('name a pattern that is there twice, and one that allows nothing', () => {
    const row = { pattern: 'system.x.y', actions: ['read'] as const };
    expect(rowErrors([row, row])).toEqual([null, 'Another grant has this pattern']);
    expect(rowErrors([{ ...row, actions: [] }])).toEqual(['Choose what it may do']);
  });
});
