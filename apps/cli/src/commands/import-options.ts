import { type FernetKey, parseKeyFile } from '@keyturn/imports';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { CommandContext } from '../context.ts';

export const ImportOptions = z.object({
  dryRun: z.boolean().default(false),
  retire: z.boolean().default(false),
  keyFile: z.array(z.string()).default([]),
  issuer: z.string().optional(),
  source: z
    .string()
    .regex(/^[\w.@:/-]{1,100}$/, 'a name of 1 to 100 letters, digits, and . _ @ : / -')
    .optional(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

/** The keys of all files, in the order in which they were given. */
export const readKeys = async ({ readSecret }: CommandContext, files: readonly string[]): Promise<readonly FernetKey[]> => {
  const keys: FernetKey[] = [];
  for (const file of files) {
    const found = parseKeyFile((await readSecret(file, 'The key file')).reveal());
    if ('wrongLine' in found) {
      throw new CliFailure('usage', `Line ${found.wrongLine} of the key file ${file} is no Fernet key: 44 characters of padded base64url.`);
    }
    keys.push(...found);
  }
  return keys;
};
