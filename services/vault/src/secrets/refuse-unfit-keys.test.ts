import { describe, expect, it } from 'vitest';
import { memoryKeyWrapper, randomKek } from '../adapters/memory/memory-key-wrapper.ts';
import type { StoredIdentity } from '../ports/key-table.ts';
import type { KekUses } from '../ports/kek-table.ts';
import { keysThere, openFitting } from './refuse-unfit-keys.ts';

const [ours, other] = [randomKek(), randomKek()];
const identity: StoredIdentity = { publicKey: 'of-the-vault', kekId: other.id, wrapped: new Uint8Array() };
const uses: KekUses = { kekId: other.id, dataKeys: 0, sealingKeys: 1, identity: 1 };

/** An empty database, in which another replica writes its first keys once the `after`-th question is answered. */
const startingBeside = (after: number) => {
  let answered = 0;
  const isThere = (): boolean => {
    answered += 1;
    return answered > after;
  };
  return {
    keys: { identity: async () => (isThere() ? identity : null), missingDeks: async () => [] },
    keks: { uses: async () => (isThere() ? [uses] : []), active: async () => (isThere() ? other.id : null) },
  };
};

describe('a first start beside another one', () => {
  it.each([0, 1, 2])('needs the KEK of whoever was first, and makes none of its own, where its keys come after %i looks', async (after) => {
    const beside = startingBeside(after);
    const there = await keysThere(beside);
    expect(there.needed).toEqual([other.id]);
    const created: boolean[] = [];
    const openWrapper = ({ create }: { create: boolean }) => {
      created.push(create);
      return memoryKeyWrapper([ours]);
    };
    await expect(openFitting({ ...beside, openWrapper }, there, { create: true })).rejects.toThrow(/this is the wrong KEK/);
    expect(created).toEqual([false]);
  });
  it('begins with its own where nobody else is there yet', async () =>
    expect(await keysThere(startingBeside(3))).toEqual({ stored: null, active: null, needed: [] }));
});
