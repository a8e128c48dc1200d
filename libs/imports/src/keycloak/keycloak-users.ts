import { z } from 'zod';

/** What of an exported user is read. Everything else passes through untouched. */
const User = z.looseObject({
  id: z.string().min(1).optional(),
  username: z.string().optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.array(z.string())])).nullish(),
});
export type KeycloakUser = z.infer<typeof User>;

const Users = z.array(User);
/** `users: []` of a realm, or of a file `<realm>-users-0.json` of a directory export. */
const Realm = z.looseObject({ realm: z.string().optional(), users: Users });

/** An export, read. */
export type KeycloakExport = { readonly realm: string | null; readonly users: readonly KeycloakUser[] };

/** Reads a realm export, a users file, or a bare array of users. Null where the JSON is none of them. */
export const readKeycloakExport = (json: unknown): KeycloakExport | null => {
  const bare = Users.safeParse(json);
  if (bare.success) return { realm: null, users: bare.data };
  const realm = Realm.safeParse(json);
  return realm.success ? { realm: realm.data.realm ?? null, users: realm.data.users } : null;
};
