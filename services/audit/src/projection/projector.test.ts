import { silentLogger } from '@keyturn/telemetry';
import { describe, expect, it } from 'vitest';
import { memoryConvictions } from '../adapters/memory/convictions.ts';
import { memoryEntryStore } from '../adapters/memory/entry-store.ts';
import type { Arrived, EventSource, ReadFrom } from '../ports/event-source.ts';
import type { WriterLock } from '../ports/writer-lock.ts';
import { arrivedAt, recordedAt, rehashed } from '../testing/sample-events.ts';
import { projector } from './projector.ts';

const freeLock: WriterLock = { acquire: async () => ({ lost: new AbortController().signal, release: async () => undefined }) };

/** A stream in memory. `script` says what each read delivers; after the last one the projector is stopped. */
const scripted = (script: readonly (readonly Arrived[] | Error)[]) => {
  const stop = new AbortController();
  const asked: ReadFrom[] = [];
  const source: EventSource = {
    read: async (from, take) => {
      asked.push(from);
      const batch = script[asked.length - 1];
      if (asked.length >= script.length) stop.abort();
      if (batch instanceof Error) throw batch;
      await take([]);
      if (batch) await take(batch);
    },
  };
  return { source, asked, signal: stop.signal };
};

const run = async (script: readonly (readonly Arrived[] | Error)[]) => {
  const store = memoryEntryStore();
  const { source, asked, signal } = scripted(script);
  const convictions = memoryConvictions();
  const running = projector({ store, source, lock: freeLock, convictions, log: silentLogger, retryMs: 0 });
  await running.run(signal);
  const convicted = await convictions.unsettled();
  return { store, asked, convicted, troubles: running.troubles(), positions: store.events.map(({ entry }) => entry.position) };
};

describe('projector', () => {
  it('stores every event once, in order, whatever comes twice', async () => {
    const { positions, troubles } = await run([
      [arrivedAt(1), arrivedAt(2)],
      [arrivedAt(2), arrivedAt(3)],
    ]);
    expect(positions).toEqual([1, 2, 3]);
    expect(troubles).toEqual([]);
  });

  it('asks again where the missing event should be', async () => {
    const { positions, asked } = await run([
      [arrivedAt(1, 11), arrivedAt(4, 14)],
      [arrivedAt(2, 12), arrivedAt(3, 13), arrivedAt(4, 14)],
    ]);
    expect(asked).toEqual(['where-it-was', { sequence: 12 }]);
    expect(positions).toEqual([1, 2, 3, 4]);
  });

  it('then asks from the start of the stream', async () => {
    const { positions, asked } = await run([[arrivedAt(3, 30)], [arrivedAt(3, 30)], [arrivedAt(1, 7), arrivedAt(2, 9), arrivedAt(3, 30)]]);
    expect(asked).toEqual(['where-it-was', { sequence: 28 }, { sequence: 1 }]);
    expect(positions).toEqual([1, 2, 3]);
  });

  it('never skips a hole, and says which it is', async () => {
    const { positions, troubles } = await run([[arrivedAt(3)], [arrivedAt(3)], [arrivedAt(3)]]);
    expect(positions).toEqual([]);
    expect(troubles).toEqual(['the stream lacks the events from position 1 to 2']);
  });

  it('goes on after a fault and forgets it', async () => {
    const { positions, troubles } = await run([new Error('gone'), [arrivedAt(1)]]);
    expect(positions).toEqual([1]);
    expect(troubles).toEqual([]);
  });

  it('parks a message that it cannot read, halts, and says so', async () => {
    const broken: Arrived = { sequence: 2, subject: 'keyturn.log.x', text: 'not json' };
    const { store, positions, troubles, convicted } = await run([[arrivedAt(1), broken, arrivedAt(3)], []]);
    expect(positions).toEqual([1]);
    expect(convicted).toEqual([]);
    expect(store.parked).toMatchObject([{ sequence: 2, payload: 'not json' }]);
    expect(troubles).toEqual(['halted at message 2: it is not JSON']);
  });

  it('halts when the past comes back changed', async () => {
    const forged = arrivedAt(1, 1, rehashed({ ...recordedAt(1), recordedAt: '2026-01-02T03:04:06Z' }));
    const { store, troubles, convicted } = await run([[arrivedAt(1), arrivedAt(2)], [forged], []]);
    expect(convicted).toEqual([{ position: 1, sentence: 'position 1 was witnessed with another hash' }]);
    expect(store.parked).toHaveLength(1);
    expect(troubles[0]).toContain('position 1 was witnessed with another hash');
  });

  it('convicts a log whose event says something else than its hash', async () => {
    const edited = arrivedAt(2, 2, { ...recordedAt(2), recordedAt: '2026-01-02T03:04:06Z' });
    const { positions, troubles, convicted } = await run([[arrivedAt(1), edited], []]);
    const sentence = 'position 2 has a hash that is not the hash of what it says';
    expect({ positions, convicted }).toEqual({ positions: [1], convicted: [{ position: 2, sentence }] });
    expect(troubles).toEqual([`halted at message 2: ${sentence}`]);
  });

  it('goes on behind a rebuild that was put in the place of its entries', async () => {
    const store = memoryEntryStore();
    const { source, signal } = scripted([[arrivedAt(1)], [arrivedAt(2), arrivedAt(3), arrivedAt(4)]]);
    const append: typeof store.append = async (expected, events) => {
      if (events.some(({ entry }) => entry.position === 2) && store.events.length === 1) {
        await store.append(expected, events.slice(0, 2)); // the rebuild is two events ahead
      }
      return store.append(expected, events);
    };
    const convictions = memoryConvictions();
    const running = projector({ store: { ...store, append }, source, lock: freeLock, convictions, log: silentLogger, retryMs: 0 });
    await running.run(signal);
    expect(store.events.map(({ entry }) => entry.position)).toEqual([1, 2, 3, 4]);
    expect(running.troubles()).toEqual([]);
  });
});
