import { describe, expect, it } from 'vitest';
import { testEach } from './test-each.ts';

describe('testEach', () => {
  it('asks of each once, never more at once than it may, and tells what came', async () => {
    const now = { running: 0, most: 0 };
    const told = new Map<string, string>();
    const ask = async (id: string): Promise<string> => {
      now.running += 1;
      now.most = Math.max(now.most, now.running);
      await Promise.resolve();
      now.running -= 1;
      return `answer of ${id}`;
    };
    await testEach(['a', 'b', 'c', 'd', 'e'], ask, (id, answer) => told.set(id, answer), {
      signal: new AbortController().signal,
      atOnce: 2,
    });
    expect(now).toEqual({ running: 0, most: 2 });
    expect([...told]).toEqual(['a', 'b', 'c', 'd', 'e'].map((id) => [id, `answer of ${id}`]));
  });

  it('asks nothing further once it is stopped, and tells nothing that came afterwards', async () => {
    const stop = new AbortController();
    const asked: string[] = [];
    const told: string[] = [];
    const ask = async (id: string): Promise<string> => {
      asked.push(id);
      if (id === 'c') stop.abort();
      return id;
    };
    await testEach(['a', 'b', 'c', 'd', 'e'], ask, (id) => told.push(id), { signal: stop.signal, atOnce: 1 });
    expect({ asked, told }).toEqual({ asked: ['a', 'b', 'c'], told: ['a', 'b'] });
  });
});
