import { silentLogger } from '@keyturn/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsEventSource } from '../src/adapters/nats/event-source.ts';
import { type TestStream, testStream } from './test-stream.ts';

let stream: TestStream;
beforeAll(async () => {
  stream = await testStream();
  await stream.publish(1, 2);
});
afterAll(() => stream.dispose());

const open = async () => natsEventSource({ connection: (await stream.connectAs('audit')).connection, log: silentLogger });

describe('reading the published log', () => {
  it('ends where it is stopped before it has begun', async () => {
    const source = await open();
    const taken: number[] = [];
    const take = async (batch: readonly { sequence: number }[]) => {
      taken.push(...batch.map(({ sequence }) => sequence));
      return 'go-on' as const;
    };
    const stop = new AbortController();
    const reading = source.read('where-it-was', take, stop.signal);
    stop.abort(); // while the consumer is being placed
    await reading;
    await source.read('where-it-was', take, AbortSignal.abort());
    expect(taken).toEqual([]);
  });

  it('ends where it is stopped while nothing comes', async () => {
    const source = await open();
    const stop = new AbortController();
    const taken: number[] = [];
    await source.read(
      'where-it-was',
      async (batch) => {
        taken.push(...batch.map(({ sequence }) => sequence));
        if (taken.length === 2) setImmediate(() => stop.abort());
        return 'go-on';
      },
      stop.signal,
    );
    expect(taken).toEqual([1, 2]);
  });
});
