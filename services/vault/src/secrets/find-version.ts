import { type Credential, type RegisteredCredential, versionOf } from '../credential/state.ts';
import type { Version } from '../credential/version.ts';
import { credentialFold, streamOf } from '../folds.ts';
import type { CommandLog } from '../ports/command-log.ts';

/** A version and the credential that it is of. */
export type FoundVersion = { readonly credential: RegisteredCredential; readonly version: Version };

/** A version never changes where it stands, so what this replica remembers of the credential is enough if it is there; else it is read. */
export const findVersion = async (
  log: Pick<CommandLog, 'recall' | 'state'>,
  { credentialId, version: number }: { readonly credentialId: string; readonly version: number },
): Promise<FoundVersion | null> => {
  const stream = streamOf.credential(credentialId);
  return versionIn(await log.recall(credentialFold, stream), number) ?? versionIn(await log.state(credentialFold, stream), number);
};

const versionIn = (credential: Credential, number: number): FoundVersion | null => {
  const version = credential.status === 'registered' ? versionOf(credential, number) : undefined;
  return credential.status === 'registered' && version ? { credential, version } : null;
};
