import { describe, expect, it } from 'vitest';
import type { Recorded } from '@keyturn/contracts/events';
import { GENESIS, hashEvent } from './hash-event.ts';
import { verifyChain } from './verify-chain.ts';

const chainOf = (streams: readonly string[]): Recorded[] => {
  const versions = new Map<string, number>();
  let prevHash = GENESIS;
  return streams.map((stream, index) => {
    const version = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    const meta = { commandId: `c${index}`, actor: { kind: 'service' as const, id: 's' }, incarnation: 1 };
    const hashed = { position: index + 1, stream, version, type: 't', data: { index }, meta, recordedAt: '2026-01-01T00:00:00.000000Z' };
    const event = { ...hashed, sealedHash: null };
    const hash = hashEvent(prevHash, event);
    const recorded = { ...event, prevHash, hash };
    prevHash = hash;
    return recorded;
  });
};

const chain = chainOf(['a', 'b', 'a', 'a', 'b']);
const edited = (index: number, change: Partial<Recorded>): Recorded[] =>
  chain.map((event, at) => (at === index ? { ...event, ...change } : event));

describe('the check of a chain', () => {
  it('passes an untouched chain and names its head', () =>
    expect(verifyChain(chain)).toEqual({ ok: true, head: { position: 5, hash: chain[4]?.hash } }));
  it('passes nothing at all', () => expect(verifyChain([])).toEqual({ ok: true, head: { position: 0, hash: GENESIS } }));
  it('goes on from a head that was verified before', () => {
    const head = { position: 2, hash: chain[1]!.hash };
    expect(verifyChain(chain.slice(2), head)).toMatchObject({ ok: true });
  });
  it('sees an edit', () => expect(verifyChain(edited(2, { data: {} }))).toEqual({ ok: false, position: 3, broken: 'hash' }));
  it('sees an edit whose hash was made anew', () => {
    const forged = { ...chain[2]!, data: {} };
    const events = edited(2, { ...forged, hash: hashEvent(forged.prevHash, forged) });
    expect(verifyChain(events)).toEqual({ ok: false, position: 4, broken: 'prev-hash' });
  });
  it('sees a deletion', () => expect(verifyChain(chain.toSpliced(2, 1))).toEqual({ ok: false, position: 4, broken: 'position' }));
  it('sees a reordering', () => expect(verifyChain([chain[1]!, chain[0]!])).toEqual({ ok: false, position: 2, broken: 'position' }));
  it('sees a gap in a stream', () => expect(verifyChain(edited(2, { version: 3 }))).toMatchObject({ ok: false, broken: 'version' }));
});
