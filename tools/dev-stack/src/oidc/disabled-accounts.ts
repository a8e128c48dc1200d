import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSecretFile } from '../servers/secret-file.ts';
import type { DevAccountId } from './accounts.ts';

const fileOf = (oidcDir: string): string => join(oidcDir, 'disabled-accounts');

const disabledIn = (oidcDir: string): string[] => (existsSync(fileOf(oidcDir)) ? readFileSync(fileOf(oidcDir), 'utf8').split('\n') : []);

/** Disables an account at the running provider, as an administrator would at a real one, or lets it in again. */
export const setAccountDisabled = (oidcDir: string, account: DevAccountId, isDisabled: boolean): void => {
  const others = disabledIn(oidcDir).filter((id) => id !== account);
  writeSecretFile(fileOf(oidcDir), [...others, ...(isDisabled ? [account] : [])].join('\n'));
};

export const isAccountDisabled = (oidcDir: string, id: string): boolean => disabledIn(oidcDir).includes(id);
