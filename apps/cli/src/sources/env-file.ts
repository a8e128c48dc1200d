import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { blankEnvVariables, type LeftVariable, readEnvFile } from '@keyturn/imports';
import { CliFailure } from '../cli-failure.ts';
import { type ImportSource, onePage } from '../import/import-source.ts';
import { readSource } from '../secret-file.ts';
import { writeAtomically } from '../write-atomically.ts';

const WHY_LEFT: Readonly<Record<LeftVariable['why'], string>> = {
  'several-lines': 'Left in the source: its value runs over several lines; blank it by hand.',
  'several-values': 'Left in the source: the file gives it several values, and only the last one was imported; blank it by hand.',
};

export type EnvFileSourceOptions = { readonly path: string; readonly name: string | undefined; readonly generic: readonly string[] };

/** A `.env` file. Blanking rewrites it as a whole, with its mode, if it is still what was read. */
export const envFile = async ({ path, name, generic }: EnvFileSourceOptions): Promise<ImportSource> => {
  const text = await readSource(path, 'The .env file');
  const fileName = name ?? basename(path);
  return {
    kind: 'env',
    name: fileName,
    issuer: null,
    pages: () => onePage(readEnvFile(text, { fileName, generic })),
    retire: async (references) => {
      if ((await readSource(path, 'The .env file')) !== text) {
        throw new CliFailure('source', `${path} was changed meanwhile; nothing of it was blanked. Run the same command again.`);
      }
      const { text: blanked, left } = blankEnvVariables(text, references);
      await writeAtomically(path, blanked, (await stat(path)).mode & 0o777);
      const whyLeft = new Map(left.map(({ variable, why }) => [variable, WHY_LEFT[why]]));
      const rows = references.map((reference) => {
        const sentence = whyLeft.get(reference);
        return sentence === undefined ? { reference, done: true } : { reference, done: false, sentence };
      });
      return { rows, next: [`Restart what reads ${path} once it takes its credentials from Keyturn; copies of the file still hold them.`] };
    },
    close: () => Promise.resolve(),
  };
};
