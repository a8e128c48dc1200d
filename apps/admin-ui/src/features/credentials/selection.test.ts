import { describe, expect, it } from 'vitest';
import { NOTHING, toggled } from './selection.ts';

const row = (id: string) => ({ credentialId: id, address: `system.a.${id}` });

describe('selected rows', () => {
  it('come one by one, in order', () => {
    const both = toggled(toggled(NOTHING, [row('b')]), [row('a')]);
    expect([...both]).toEqual([
      ['b', 'system.a.b'],
      ['a', 'system.a.a'],
    ]);
  });
  it('go as they came', () => expect([...toggled(toggled(NOTHING, [row('a')]), [row('a')])]).toEqual([]));
  it('come as a range, which takes nothing away', () => {
    expect([...toggled(toggled(NOTHING, [row('b')]), [row('a'), row('b'), row('c')]).keys()]).toEqual(['b', 'a', 'c']);
  });
});
