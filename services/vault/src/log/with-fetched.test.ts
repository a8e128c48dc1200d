import { describe, expect, it } from 'vitest';
import type { LeaseFact } from '../credential/lease-fact.ts';
import type { Write } from '../ports/command-log.ts';
import { withFetched } from './with-fetched.ts';

const at = { credentialId: 'c1', now: '2026-01-01T00:00:00.000000Z' };
const lost: LeaseFact = {
  consumer: 'orders',
  instance: 'a',
  lastBeatAt: 'long ago',
  silentMs: 99_999_999,
  ended: null,
  holds: [{ version: 1, since: 'long ago' }],
};
const fetched = (instance: string, credentialId = 'c1'): Write => ({
  kind: 'lease-holds',
  consumer: 'orders',
  instance,
  seq: 1,
  credentialId,
  version: 2,
  generation: 2,
  nonce: 'n',
});

describe('the leases of a batch', () => {
  it('have whoever is given a version by an entry before, as live', () => {
    expect(withFetched([], [fetched('b')], at)).toEqual([
      { consumer: 'orders', instance: 'b', lastBeatAt: at.now, silentMs: 0, ended: null, holds: [{ version: 2, since: at.now }] },
    ]);
  });
  it('have who was lost as live, and with what it held before', () => {
    const holds = [...lost.holds, { version: 2, since: at.now }];
    expect(withFetched([lost], [fetched('a'), fetched('a')], at)).toEqual([{ ...lost, lastBeatAt: at.now, silentMs: 0, holds }]);
  });
  it('stay as they are for what is given of another credential', () => {
    expect(withFetched([lost], [fetched('a', 'c2'), { kind: 'consumer', consumer: 'orders' }], at)).toEqual([lost]);
  });
});
