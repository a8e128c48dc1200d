import { type JsonString, jsonStrings } from './json-strings.ts';
import { keycloakReference } from './read-keycloak-user.ts';

type Held = JsonString & { readonly user: number; readonly attribute: string };

/** Within the list of users, which is all of the file or stands under `users`. */
const withinUsers = ({ path }: JsonString): JsonString['path'] => (path[0] === 'users' ? path.slice(1) : path);

/** The value of an attribute: Keycloak's are lists, older exports' may be texts. */
const heldBy = (each: JsonString): readonly Held[] => {
  const [user, attributes, attribute, ...rest] = withinUsers(each);
  const isValue = attributes === 'attributes' && rest.length <= 1 && typeof rest[0] !== 'string';
  return isValue && typeof user === 'number' && typeof attribute === 'string' ? [{ ...each, user, attribute }] : [];
};

const idsOf = (strings: readonly JsonString[]): ReadonlyMap<number, string> =>
  new Map(
    strings.flatMap((each) => {
      const [user, id, ...rest] = withinUsers(each);
      return typeof user === 'number' && id === 'id' && rest.length === 0 ? [[user, each.value] as const] : [];
    }),
  );

/**
 * The text of an export with the values of these attributes (`users/<id>/<attribute>`) blanked, and all else of it as it was written. `left`:
 * what has several values in it, of which only one was read.
 */
export const blankAttributes = (
  text: string,
  references: readonly string[],
): { readonly text: string; readonly left: readonly string[] } => {
  const strings = jsonStrings(text);
  const ids = idsOf(strings);
  const wanted = new Set(references);
  const held = Map.groupBy(strings.flatMap(heldBy), ({ user, attribute }) => keycloakReference(ids.get(user) ?? '', attribute));
  const left: string[] = [];
  const blanked: Held[] = [];
  for (const [reference, values] of held) {
    if (!wanted.has(reference)) continue;
    if (new Set(values.map(({ value }) => value).filter((value) => value !== '')).size > 1) left.push(reference);
    else blanked.push(...values);
  }
  let done = '';
  let at = 0;
  for (const { start, end } of blanked.toSorted((a, b) => a.start - b.start)) {
    done += `${text.slice(at, start)}""`;
    at = end;
  }
  return { text: done + text.slice(at), left };
};
