import { randomBytes } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import type { KeyWrapper } from '../../ports/key-wrapper.ts';
import { aesKeyWrapper } from '../aes-key-wrapper.ts';

/** A KEK that lives and dies with the process: for tests. */
export const memoryKeyWrapper = (): KeyWrapper => {
  const kek = { id: 'kek-memory', key: new Sensitive<Uint8Array>(randomBytes(32)) };
  return aesKeyWrapper({ active: kek, all: new Map([[kek.id, kek]]) });
};
