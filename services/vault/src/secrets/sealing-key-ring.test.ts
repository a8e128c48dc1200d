import { createSecretKey } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { generateIdentity } from '@keyturn/sealing';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryKeyWrapper } from '../adapters/memory/memory-key-wrapper.ts';
import { KekNotActive } from '../ports/kek-not-active.ts';
import type { StoredSealingKey } from '../ports/key-table.ts';
import { type SealingKeyRing, sealingKeyRing } from './sealing-key-ring.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-02T00:00:00.000Z');
const identity = { pair: generateIdentity(), fingerprintKey: new Sensitive(createSecretKey(new Uint8Array(32))) };

let now: number;
let stored: StoredSealingKey[];
let ring: SealingKeyRing;
let refusals: number;

const opened = async (): Promise<SealingKeyRing> => {
  const wrapper = await memoryKeyWrapper();
  const [kekId = ''] = wrapper.held();
  const keys = {
    sealingKeys: () => Promise.resolve([...stored].sort((a, b) => a.notAfter.localeCompare(b.notAfter))),
    storeSealingKey: async (key: StoredSealingKey): Promise<void> => {
      refusals -= 1;
      if (refusals >= 0) return Promise.reject(new KekNotActive(kekId));
      stored.push(key);
      return Promise.resolve();
    },
    deleteSealingKeys: (ids: readonly string[]) => {
      stored = stored.filter(({ id }) => !ids.includes(id));
      return Promise.resolve();
    },
  };
  return sealingKeyRing({
    keys,
    identity,
    clock: { now: () => new Date(now) },
    wrapper: {
      wrap: (key, context) => wrapper.wrap(kekId, key, context),
      unwrap: (wrapped, context) => wrapper.unwrap(wrapped, context),
      refresh: () => Promise.resolve(),
    },
  });
};

beforeEach(async () => {
  now = START;
  stored = [];
  refusals = 0;
  ring = await opened();
});

const ids = async (): Promise<string[]> => (await ring.published()).keys.map(({ id }) => id);

describe('the sealing keys of the day', () => {
  it('are one, for 24 hours, however often they are asked for', async () => {
    const [first] = await ids();
    now += 22 * HOUR;
    expect(await ids()).toEqual([first]);
    expect((await ring.published()).keys[0]?.notAfter).toBe('2026-01-03T00:00:00.000Z');
  });
  it('are followed by the next one an hour before the end', async () => {
    const [first] = await ids();
    now += 23 * HOUR;
    const both = await ids();
    expect(both).toHaveLength(2);
    expect(both[0]).toBe(first);
  });
  it('are accepted for one hour after their end, though published no more, and then gone for good', async () => {
    const [first = ''] = await ids();
    now += 24 * HOUR;
    expect(await ids()).not.toContain(first);
    expect(await ring.open(first)).not.toBeNull();
    now += HOUR - 1;
    expect(await ring.open(first)).not.toBeNull();
    now += 1;
    expect(await ring.open(first)).toBeNull();
    await ring.published();
    expect(stored.map(({ id }) => id)).not.toContain(first);
    expect(stored).toHaveLength(1);
  });
  it('open with one that another replica made', async () => {
    const wrapped = stored;
    await ids();
    expect(await ring.open(wrapped[0]?.id ?? '')).not.toBeNull();
    expect(await ring.open('unknown')).toBeNull();
  });
  it('rotate each day for a week, and never pile up', async () => {
    const seen = new Set<string>();
    for (let hour = 0; hour < 7 * 24; hour += 1) {
      now = START + hour * HOUR;
      for (const id of await ids()) seen.add(id);
      expect(stored.length).toBeLessThanOrEqual(3);
    }
    expect(seen.size).toBe(8);
  });
  it('are wrapped anew where the KEK went out of use meanwhile', async () => {
    refusals = 1;
    expect(await ids()).toHaveLength(1);
  });
});
