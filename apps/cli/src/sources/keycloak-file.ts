import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type FernetKey, readKeycloakExport, readKeycloakUser, withoutAttributes } from '@keyturn/imports';
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

const retiredPath = (path: string): string => `${path.replace(/\.json$/, '')}.retired.json`;

/** `users/<id>/<attribute>` → the attributes to take, by user. */
const byUser = (references: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const pairs = references.map((reference) => reference.split('/'));
  const groups = Map.groupBy(pairs, ([, user = '']) => user);
  return new Map([...groups].map(([user, parts]) => [user, new Set(parts.map(([, , attribute = '']) => attribute))]));
};

/**
 * A realm export with users' own keys in their attributes. It stays as it is; what is retired is left out of a copy beside it, and Keycloak
 * itself is changed by its admin.
 */
export const keycloakFile = async ({ path, keys, issuer }: KeycloakFileOptions): Promise<ImportSource> => {
  const exported = readKeycloakExport(parsed(await readSource(path, 'The Keycloak export')));
  if (!exported) throw new CliFailure('source', `${path} is no Keycloak export: neither a realm with users nor a list of users.`);
  return {
    kind: 'keycloak',
    name: issuer ?? exported.realm ?? basename(path),
    issuer,
    retires: 'in-a-copy',
    pages: () => onePage(exported.users.flatMap((user) => readKeycloakUser(user, keys))),
    retire: async (references) => {
      const taken = byUser(references);
      const users = exported.users.map((user) => withoutAttributes(user, taken.get(user.id ?? '') ?? new Set()));
      const beside = retiredPath(path);
      await writeAtomically(beside, `${JSON.stringify(exported.with(users), null, 2)}\n`, (await stat(path)).mode & 0o777);
      return {
        rows: references.map((reference) => ({
          reference,
          done: true,
          sentence: `Left out of the copy beside it, ${basename(beside)}, which is to be imported into Keycloak; Keycloak and the export still have it.`,
        })),
        next: [
          `Keycloak still has the keys. ${beside} is the export without them: bring Keycloak to that, as docs/migrating.md shows, then delete both files.`,
        ],
      };
    },
    close: () => Promise.resolve(),
  };
};
