import { expect, it } from 'vitest';
import { readTogether } from './read-together.ts';

it('reads one by itself and several at once, and gives each its own', async () => {
  const asked: unknown[] = [];
  const read = readTogether({
    one: async (key: number) => {
      asked.push(key);
      return Promise.resolve(`one ${key}`);
    },
    many: async (keys) => {
      asked.push([...keys]);
      return Promise.resolve(keys.map((key) => `many ${key}`));
    },
  });
  expect(await read(1)).toBe('one 1');
  expect(await Promise.all([read(2), read(3), read(2)])).toEqual(['many 2', 'many 3', 'many 2']);
  expect(asked).toEqual([1, [2, 3, 2]]);
});

it('tells everybody who asked when a read fails, and reads again', async () => {
  let isDown = true;
  const read = readTogether({
    one: (key: number) => (isDown ? Promise.reject(new Error('down')) : Promise.resolve(key)),
    many: () => Promise.reject(new Error('down')),
  });
  const all = await Promise.allSettled([read(1), read(2)]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await read(3)).toBe(3);
});
