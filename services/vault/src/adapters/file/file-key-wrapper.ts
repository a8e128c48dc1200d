import type { KeyWrapper } from '../../ports/key-wrapper.ts';
import { aesKeyWrapper } from '../aes-key-wrapper.ts';
import { createKekFile, readKekFile } from './kek-file.ts';

/**
 * The default `KeyWrapper`: KEKs in a file of mode 0600 beside the service. It is created only where `create` says so (a first start): a
 * file that went missing later must stop the vault, not be replaced by a key that opens nothing.
 */
export const fileKeyWrapper = async ({ path, create }: { path: string; create: boolean }): Promise<KeyWrapper> => {
  if (create) await createKekFile(path);
  return aesKeyWrapper(() => readKekFile(path));
};
