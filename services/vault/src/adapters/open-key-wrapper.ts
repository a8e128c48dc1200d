import { existsSync } from 'node:fs';
import type { KekSource } from '../config.ts';
import type { KeyWrapper } from '../ports/key-wrapper.ts';
import type { Kek } from './aes-key-wrapper.ts';
import { environmentKeyWrapper, parseKeks } from './environment/environment-key-wrapper.ts';
import { fileKeyWrapper } from './file/file-key-wrapper.ts';
import { readKekFile, refuseUnwritableFolder } from './file/kek-file.ts';

/** The KEKs themselves: for backups, which carry them. */
export const readKeks = async (source: KekSource): Promise<readonly Kek[]> =>
  'variable' in source ? parseKeks(source.variable) : readKekFile(source.file);

/** Throws where what is there can't be used, before anything else is touched. A file that is missing is judged later: a first start makes it. */
export const refuseUnusableKeks = async (source: KekSource): Promise<void> => {
  if ('variable' in source) parseKeks(source.variable);
  else if (existsSync(source.file)) await readKekFile(source.file);
};

/** Throws where `create` would make a file, and can't. Makes none. */
export const refuseUnmakeableKek = async (source: KekSource): Promise<void> => {
  if ('file' in source && !existsSync(source.file)) await refuseUnwritableFolder(source.file);
};

export const openKeyWrapper = (source: KekSource, { create }: { readonly create: boolean }): Promise<KeyWrapper> =>
  'variable' in source ? environmentKeyWrapper(source.variable) : fileKeyWrapper({ path: source.file, create });
