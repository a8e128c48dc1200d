import { join } from 'node:path';

/** An age recipient whose identity nobody keeps: what is backed up for it in a test is never opened. */
export const NOBODYS_RECIPIENT = 'age108ve0rf9kgm8frfs2s0yyen5td27f403rmqlqd8nkd4s3e9zma6qzn4ume';

/** Where the vault of the e2e stack puts backups. It is not there until a test makes it. */
export const backupFolderOf = (varDir: string): string => join(varDir, 'backups');
