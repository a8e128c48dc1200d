import { type RegisteredCredential, rootOf } from './state.ts';
import type { Version } from './version.ts';

// What finds a version at its provider.

type Named = Pick<Version, 'version' | 'publicFields' | 'editedFrom' | 'sameAs'>;

/** What finds a version where nobody has said what its provider calls it. */
const unnamed = (version: number): string => `version ${version}`;

/** What its provider calls a version; nothing where a person brought it, or an edit of it, and no rotation announced what it is. */
export const namedThere = (state: RegisteredCredential, version: Version): { readonly providerId?: string } =>
  version.providerId === unnamed(rootOf(state, version)) ? {} : { providerId: version.providerId };

/** Could two versions be one and the same at the provider? Where roles have names, two of them may have one password. */
export const mayBeOne = (
  { credentialType }: Pick<RegisteredCredential, 'credentialType'>,
  a: Pick<Version, 'providerId'>,
  b: Pick<Version, 'providerId'>,
): boolean => credentialType !== 'database_password' || a.providerId === b.providerId;

/** What finds a version at its provider: of a database its user name; elsewhere what has the secret of another version is found where that is. */
export const providerIdOf = (
  { credentialType, versions }: Pick<RegisteredCredential, 'credentialType' | 'versions'>,
  { version, publicFields, editedFrom, sameAs }: Named,
): string => {
  const username = credentialType === 'database_password' ? publicFields['username'] : undefined;
  return username ?? versions.find((known) => known.version === (editedFrom ?? sameAs))?.providerId ?? unnamed(version);
};
