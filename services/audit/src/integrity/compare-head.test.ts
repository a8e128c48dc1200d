import { describe, expect, it } from 'vitest';
import { headComparison } from './compare-head.ts';

const at = (position: number) => ({ position, hash: `hash-${position}` });

describe('the comparison with the vault’s head', () => {
  it('may be asked for while another is on its way', async () => {
    const compare = headComparison({ checkpoint: async () => at(3), firstDiffering: async ([told]) => told ?? null });
    const sentence = 'position 3 was witnessed with another hash than the vault has there now';
    expect(await Promise.all([compare(at(3), at(3)), compare(at(3), at(3))])).toEqual([
      { position: 3, sentence },
      { position: 3, sentence },
    ]);
  });

  it('keeps a head that was not witnessed yet for a later look', async () => {
    let witnessed = at(2);
    const compared: number[] = [];
    const firstDiffering = async ([told]: readonly { position: number }[]) => {
      compared.push(told?.position ?? 0);
      return null;
    };
    const compare = headComparison({ checkpoint: async () => witnessed, firstDiffering });
    expect(await compare(witnessed, at(3))).toBeNull();
    expect(compared).toEqual([]);
    witnessed = at(4);
    expect(await compare(witnessed, at(9))).toBeNull();
    expect(compared).toEqual([3]);
  });
});
