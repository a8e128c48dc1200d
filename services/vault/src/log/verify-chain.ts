import type { Recorded } from '@keyturn/contracts/events';
import { GENESIS, hashEvent } from './hash-event.ts';

export type ChainHead = { readonly position: number; readonly hash: string };

/** Where a chain starts. */
export const CHAIN_START: ChainHead = { position: 0, hash: GENESIS };

type Broken = { readonly ok: false; readonly position: number; readonly broken: 'position' | 'version' | 'prev-hash' | 'hash' };
export type ChainCheck = { readonly ok: true; readonly head: ChainHead } | Broken;

/** Checks a chain event by event, for logs that don't fit into memory. Answers the head that the event makes. */
export type ChainWalk = (event: Recorded, texts?: { readonly data: string; readonly meta: string }) => ChainCheck;

/**
 * Recomputes the chain over events in order, from `from` on: positions and every stream's versions without a gap, each hash right. Stream
 * versions are checked from the first event of the stream that it sees. `texts`: what was hashed, where it is at hand.
 */
export const walkChain = (from: ChainHead = CHAIN_START): ChainWalk => {
  const versions = new Map<string, number>();
  let head = from;
  return (event, texts) => {
    const { position } = event;
    const expected = versions.get(event.stream) ?? (from.position === 0 ? 0 : event.version - 1);
    if (position !== head.position + 1) return { ok: false, position, broken: 'position' };
    if (event.version !== expected + 1) return { ok: false, position, broken: 'version' };
    if (event.prevHash !== head.hash) return { ok: false, position, broken: 'prev-hash' };
    if (event.hash !== hashEvent(event.prevHash, event, texts)) return { ok: false, position, broken: 'hash' };
    versions.set(event.stream, event.version);
    head = { position, hash: event.hash };
    return { ok: true, head };
  };
};

/** The same over all of them at once; stops at the first that is broken. */
export const verifyChain = (events: Iterable<Recorded>, from: ChainHead = CHAIN_START): ChainCheck => {
  const walk = walkChain(from);
  let last: ChainCheck = { ok: true, head: from };
  for (const event of events) {
    last = walk(event);
    if (!last.ok) return last;
  }
  return last;
};
