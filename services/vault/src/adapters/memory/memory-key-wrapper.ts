import { randomBytes } from 'node:crypto';
import type { KeyWrapper } from '../../ports/key-wrapper.ts';
import { aesKeyWrapper, KEK_BYTES, type Kek, kekOf } from '../aes-key-wrapper.ts';

/** A fresh KEK that is kept nowhere: for tests. */
export const randomKek = (): Kek => kekOf(randomBytes(KEK_BYTES));

/** KEKs that live and die with the process: for tests. What is pushed into `keks` is held from the next `reload` on. */
export const memoryKeyWrapper = (keks: readonly Kek[] = [randomKek()]): Promise<KeyWrapper> =>
  aesKeyWrapper(() => Promise.resolve([...keks]));
