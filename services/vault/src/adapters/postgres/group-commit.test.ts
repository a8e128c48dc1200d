import { describe, expect, it } from 'vitest';
import { groupCommit, type Settled } from './group-commit.ts';

const setUp = (size = 3, queued = 100) => {
  const batches: (readonly string[])[] = [];
  const release: ((settled: readonly Settled<string>[]) => void)[] = [];
  const commit = groupCommit<string, string>({
    size,
    queued,
    full: () => new Error('full'),
    write: (items) => {
      batches.push(items);
      return new Promise((resolve) => release.push(resolve));
    },
  });
  const begun = (count: number) => expect.poll(() => batches.length).toBe(count);
  const finish = (): void => release.shift()?.(batches.at(-1)!.map((item) => ({ answer: `${item}!` })));
  return { batches, commit, begun, finish, release };
};

describe('the group commit', () => {
  it('writes together what came in together, and what came meanwhile next', async () => {
    const { batches, commit, begun, finish } = setUp();
    const first = ['a', 'b'].map((item) => commit.submit(item));
    await begun(1);
    const second = ['c', 'd', 'e', 'f'].map((item) => commit.submit(item));
    finish();
    expect(await Promise.all(first)).toEqual(['a!', 'b!']);
    await begun(2);
    finish();
    await begun(3);
    finish();
    expect(await Promise.all(second)).toEqual(['c!', 'd!', 'e!', 'f!']);
    expect(batches).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f']]);
  });

  it('gives each its own answer or fault', async () => {
    const { commit, begun, release } = setUp();
    const both = Promise.allSettled([commit.submit('a'), commit.submit('b')]);
    await begun(1);
    const fault = new Error('only b');
    release.shift()?.([{ answer: 'fine' }, { fault }]);
    expect(await both).toEqual([
      { status: 'fulfilled', value: 'fine' },
      { status: 'rejected', reason: fault },
    ]);
  });

  it('refuses more than may wait', async () => {
    const { commit, begun, finish } = setUp(1, 1);
    const first = commit.submit('a');
    await begun(1);
    const second = commit.submit('b');
    await expect(commit.submit('c')).rejects.toThrow('full');
    finish();
    await begun(2);
    finish();
    expect(await Promise.all([first, second])).toEqual(['a!', 'b!']);
  });

  it('fails the whole batch when the write throws, and goes on', async () => {
    let broken = true;
    const commit = groupCommit<string, string>({
      size: 9,
      queued: 9,
      full: () => new Error('full'),
      write: (items) => (broken ? Promise.reject(new Error('down')) : Promise.resolve(items.map((answer) => ({ answer })))),
    });
    const faults = await Promise.allSettled([commit.submit('a'), commit.submit('b')]);
    expect(faults.map((each) => each.status)).toEqual(['rejected', 'rejected']);
    broken = false;
    expect(await commit.submit('c')).toBe('c');
  });

  describe('where a batch may be followed before it is settled', () => {
    const setUp = () => {
      const batches: { items: readonly string[]; goAhead: () => void; finish: () => void }[] = [];
      const commit = groupCommit<string, string>({
        size: 9,
        queued: 99,
        full: () => new Error('full'),
        write: (items, goAhead) =>
          new Promise((resolve) => batches.push({ items, goAhead, finish: () => resolve(items.map((answer) => ({ answer }))) })),
      });
      const begun = (count: number) => expect.poll(() => batches.length).toBe(count);
      const submit = (...items: string[]) => Promise.all(items.map((item) => commit.submit(item)));
      return { batches, begun, submit };
    };

    it('sends the next one behind it once as many wait, and no third', async () => {
      const { batches, begun, submit } = setUp();
      const first = submit('a', 'b');
      await begun(1);
      const second = submit('c', 'd');
      batches[0]!.goAhead();
      await begun(2);
      batches[1]!.goAhead();
      const third = submit('e', 'f', 'g');
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      expect(batches.map(({ items }) => items)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
      batches[0]!.finish();
      await begun(3);
      batches[1]!.finish();
      batches[2]!.finish();
      expect(await Promise.all([first, second, third])).toEqual([
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f', 'g'],
      ]);
    });

    it('collects while fewer wait than are on their way', async () => {
      const { batches, begun, submit } = setUp();
      const first = submit('a', 'b');
      await begun(1);
      batches[0]!.goAhead();
      const second = submit('c');
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      expect(batches).toHaveLength(1);
      batches[0]!.finish();
      await begun(2);
      batches[1]!.finish();
      expect(await Promise.all([first, second])).toEqual([['a', 'b'], ['c']]);
    });
  });
});
