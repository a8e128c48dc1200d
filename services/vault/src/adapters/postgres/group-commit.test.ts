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
});
