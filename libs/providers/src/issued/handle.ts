import type { Fence } from '../fence.ts';

const OURS = 'keyturn:';
const ofCredential = (credentialId: string): string => `${OURS}${credentialId}:`;

/** Does a name begin as all our handles do, of whichever credential? */
export const isOurs = (name: string): boolean => name.startsWith(OURS);

/** Was what has this name issued for the credential? Whether its log was restored since or not. */
export const isOf = (credentialId: string, name: string): boolean => name.startsWith(ofCredential(credentialId));

/** With what the names begin of all that was issued for a credential since its log was last restored. */
export const markOf = ({ credentialId, incarnation }: Fence): string => `${ofCredential(credentialId)}${incarnation}.`;

/** Our name for what is issued on behalf of this fence: by it it is found where the answer was lost (ADR-0022). */
export const handleOf = (fence: Fence): string => `${markOf(fence)}${fence.epoch}:${fence.version}`;

const HANDLE = /^keyturn:(?<credentialId>[^:]+):(?<incarnation>\d+)\.(?<epoch>\d+):(?<version>\d+)$/u;

/** On whose behalf something was issued, by its name; null for what has another name. */
export const fenceIn = (name: string): Fence | null => {
  const { credentialId, incarnation, epoch, version } = HANDLE.exec(name)?.groups ?? {};
  if (credentialId === undefined) return null;
  return { credentialId, incarnation: Number(incarnation), epoch: Number(epoch), version: Number(version) };
};

/** What finds a value that is about to be issued at `home`, before its own id is known. */
export const announcedAt = (home: string, fence: Fence): string => `${home}?name=${handleOf(fence)}`;

/** The same taken apart; `name` is null for what has an id of its own by now. */
export const announcedPlace = (providerId: string): { readonly home: string; readonly name: string | null } => {
  const [path = '', name = null] = providerId.split('?name=');
  return { home: path, name };
};
