import { Sensitive } from '@keyturn/kernel';
import type { KekSource, Lock, Unlock } from '@keyturn/vault/backup';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { CommandContext } from '../context.ts';

/** Shorter ones are guessed, and a backup is a file that can be tried for years. */
const SHORTEST_PASSPHRASE = 12;

const passphraseOf = async ({ env, options, readSecret }: CommandContext): Promise<Sensitive<string> | null> => {
  const { passphraseFile = env['KEYTURN_BACKUP_PASSPHRASE_FILE'] } = options(z.object({ passphraseFile: z.string().optional() }));
  if (passphraseFile !== undefined) return readSecret(passphraseFile, 'The passphrase file');
  const passphrase = env['KEYTURN_BACKUP_PASSPHRASE'];
  return passphrase === undefined || passphrase === '' ? null : new Sensitive(passphrase);
};

/** To what a new backup is encrypted. */
export const lockFrom = async (context: CommandContext): Promise<Lock> => {
  const { recipient: recipients } = context.options(z.object({ recipient: z.array(z.string()).default([]) }));
  if (recipients.some((each) => !each.startsWith('age1'))) throw new CliFailure('usage', 'A recipient begins with age1.');
  if (recipients.length > 0) return { recipients };
  const passphrase = await passphraseOf(context);
  if (!passphrase) throw new CliFailure('usage', 'Say by --recipient or --passphrase-file to what the backup is encrypted.');
  if (passphrase.reveal().length >= SHORTEST_PASSPHRASE) return { passphrase };
  throw new CliFailure('usage', `The passphrase is shorter than ${SHORTEST_PASSPHRASE} characters.`);
};

/** What opens a backup. */
export const unlockFrom = async (context: CommandContext): Promise<Unlock> => {
  const { identityFile } = context.options(z.object({ identityFile: z.string().optional() }));
  if (identityFile !== undefined) {
    const text = await context.readSecret(identityFile, 'The age identity file');
    const lines = text.reveal().split('\n');
    const identities = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
    if (identities.length > 0) return { identities: identities.map((identity) => new Sensitive(identity)) };
    throw new CliFailure('usage', 'The age identity file holds no identity.');
  }
  const passphrase = await passphraseOf(context);
  if (passphrase) return { passphrase };
  throw new CliFailure('usage', 'Say by --identity-file or --passphrase-file what opens the backup.');
};

/** Where the vault's KEKs are, by the vault's own variables. */
export const kekFrom = ({ env, options }: CommandContext): KekSource => {
  const { kekFile = env['KEK_FILE'] } = options(z.object({ kekFile: z.string().optional() }));
  if (kekFile !== undefined) return { file: kekFile };
  const variable = env['KEYTURN_KEK'];
  if (variable !== undefined) return { variable: new Sensitive(variable) };
  throw new CliFailure('usage', 'Say where the KEK is: --kek-file, KEK_FILE or KEYTURN_KEK.');
};

/** A database's URL, which holds a password: from a file. */
export const databaseUrlFrom = async (
  { env, readSecret }: CommandContext,
  given: string | undefined,
  { option, variable }: { readonly option: string; readonly variable: string },
): Promise<Sensitive<string>> => {
  const file = given ?? env[variable];
  if (file === undefined) throw new CliFailure('usage', `Say where the database is: ${option} or ${variable}.`);
  const url = await readSecret(file, 'The database URL file');
  if (URL.canParse(url.reveal())) return url;
  throw new CliFailure('usage', `The file of ${option} holds no URL.`);
};
