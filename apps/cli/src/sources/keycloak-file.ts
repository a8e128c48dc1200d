import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { blankAttributes, type FernetKey, readKeycloakExport, readKeycloakUser } from '@keyturn/imports';
import { CliFailure } from '../cli-failure.ts';
import { type ImportSource, onePage } from '../import/import-source.ts';
import { readSource } from '../secret-file.ts';
import { writeAtomically } from '../write-atomically.ts';

export type KeycloakFileOptions = {
  readonly path: string;
  readonly keys: readonly FernetKey[];
  readonly issuer: string | null;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the parser's own message quotes the text
  }
};

const SEVERAL = 'Left in the source: the file gives it several values, and only one was imported; look at it by hand.';

/**
 * A realm export with users' own keys in their attributes. Blanking rewrites it as a whole, with its mode, if it is still what was read, and
 * leaves all else as it was written. Keycloak itself is changed by its admin.
 */
export const keycloakFile = async ({ path, keys, issuer }: KeycloakFileOptions): Promise<ImportSource> => {
  const text = await readSource(path, 'The Keycloak export');
  const exported = readKeycloakExport(parsed(text));
  if (!exported) throw new CliFailure('source', `${path} is no Keycloak export: neither a realm with users nor a list of users.`);
  return {
    kind: 'keycloak',
    name: issuer ?? exported.realm ?? basename(path),
    issuer,
    pages: () => onePage(exported.users.flatMap((user) => readKeycloakUser(user, keys))),
    retire: async (references) => {
      if ((await readSource(path, 'The Keycloak export')) !== text) {
        throw new CliFailure('source', `${path} was changed meanwhile; nothing of it was blanked. Run the same command again.`);
      }
      const { text: blanked, left } = blankAttributes(text, references);
      await writeAtomically(path, blanked, (await stat(path)).mode & 0o777);
      const rows = references.map((reference) =>
        left.includes(reference) ? { reference, done: false, sentence: SEVERAL } : { reference, done: true },
      );
      return { rows, next: [`Keycloak itself still has the keys: bring it to what ${path} says now, as docs/migrating.md shows.`] };
    },
    close: () => Promise.resolve(),
  };
};
