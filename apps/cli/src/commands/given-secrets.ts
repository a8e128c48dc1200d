import { CREDENTIAL_TYPES, type CredentialType } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { CliFailure } from '../cli-failure.ts';
import type { CommandContext } from '../context.ts';

/** `name=value`, apart. */
export const pair = (text: string, what: string): readonly [string, string] => {
  const at = text.indexOf('=');
  if (at < 1) throw new CliFailure('usage', `${what} is given as name=value.`);
  return [text.slice(0, at), text.slice(at + 1)];
};

/** What each `--secret-file` names: a file alone is the type's main secret. */
export const readSecrets = async (
  { readSecret }: CommandContext,
  type: CredentialType,
  files: readonly string[],
): Promise<Sensitive<Readonly<Record<string, string>>>> => {
  const secrets: Record<string, string> = {};
  for (const given of files) {
    const [into, path] = given.includes('=') ? pair(given, '--secret-file') : [CREDENTIAL_TYPES[type].mainSecret, given];
    secrets[into] = (await readSecret(path, 'The secret file')).reveal();
  }
  return new Sensitive(secrets);
};
