import { Sensitive } from '@keyturn/kernel';
import { expect, it } from 'vitest';
import { describeKeyWrapper } from '../../testing/describe-key-wrapper.ts';
import { memoryKeyWrapper, randomKek } from './memory-key-wrapper.ts';

describeKeyWrapper('memory', () => memoryKeyWrapper([randomKek(), randomKek()]));

it('holds a new KEK after a reload, and still unwraps with one that left', async () => {
  const [old, next] = [randomKek(), randomKek()];
  const keks = [old];
  const wrapper = await memoryKeyWrapper(keks);
  const wrapped = await wrapper.wrap(old.id, new Sensitive<Uint8Array>(new Uint8Array(32)), {});
  keks.splice(0, 1, next);
  expect(wrapper.held()).toEqual([old.id]);
  await wrapper.reload();
  expect(wrapper.held()).toEqual([next.id]);
  expect((await wrapper.unwrap(wrapped, {})).reveal()).toEqual(Buffer.alloc(32));
});
