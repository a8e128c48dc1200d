import { ok, refuse, type Result } from '@keyturn/kernel';
import { compareFences, type Fence } from '../fence.ts';
import type { ProviderRefusal } from '../refusal.ts';

/** What the last fenced change left a role as. */
export type RoleState = 'open' | 'denied' | 'erased';

/** What Keyturn writes into a role's COMMENT: the fence of the last change, and what it left the role as. */
export type RoleMark = { readonly fence: Fence; readonly state: RoleState };

/** A role's COMMENT, taken apart: our mark, and the words that people wrote, which we keep. */
export type RoleComment = { readonly mark?: RoleMark; readonly words: string };

const MARK = /^keyturn:(?<id>[^:\s]+):(?<incarnation>\d+)\.(?<epoch>\d+):(?<version>\d+)(?: (?<state>denied|erased))?$/u;

const parseMark = (line: string): RoleMark | undefined => {
  const groups = MARK.exec(line)?.groups;
  if (!groups) return undefined;
  const { id = '', incarnation, epoch, version, state } = groups;
  const fence = { credentialId: id, incarnation: Number(incarnation), epoch: Number(epoch), version: Number(version) };
  return { fence, state: state === 'denied' || state === 'erased' ? state : 'open' };
};

/** Reads a COMMENT; our mark is a line of its own, wherever people may have moved it. */
export const parseRoleComment = (comment: string | null): RoleComment => {
  const lines = (comment ?? '').split('\n');
  const at = lines.findIndex((line) => parseMark(line) !== undefined);
  const mark = at < 0 ? undefined : parseMark(lines[at] ?? '');
  if (!mark) return { words: comment ?? '' };
  return { mark, words: lines.toSpliced(at, 1).join('\n') };
};

/** Writes a COMMENT: `keyturn:<credentialId>:<incarnation>.<epoch>:<version>`, the state unless it is open, then people's words. */
export const formatRoleComment = ({ fence, state }: RoleMark, words: string): string => {
  const mark = `keyturn:${fence.credentialId}:${fence.incarnation}.${fence.epoch}:${fence.version}`;
  return [state === 'open' ? mark : `${mark} ${state}`, ...(words === '' ? [] : [words])].join('\n');
};

/** What a caller is about to do to a role. */
export type RoleStep = 'apply' | 'deny' | 'erase' | 'end-sessions';

/**
 * Decides whether a step may still be taken on a role that carries this mark. Besides a newer fence it refuses an `apply` that
 * wakes up after its own version was denied or erased, because that would bring a dead password back.
 */
export const admitStep = (input: {
  readonly step: RoleStep;
  readonly username: string;
  readonly mark: RoleMark | undefined;
  readonly fence: Fence;
}): Result<true, ProviderRefusal> => {
  const { step, username, mark, fence } = input;
  if (!mark) return ok(true);
  if (mark.fence.credentialId !== fence.credentialId) return refuse(claimedByOther(username, mark.fence.credentialId));
  const order = compareFences(mark.fence, fence);
  if (order > 0 || (order === 0 && step === 'apply' && mark.state !== 'open')) return refuse(stale(username, mark));
  return ok(true);
};

const claimedByOther = (username: string, credentialId: string): ProviderRefusal => ({
  code: 'login-claimed',
  username,
  sentence:
    `The role ${username} belongs to the credential ${credentialId}. Rotate that one, or, if it no longer exists, ` +
    `remove the line that starts with "keyturn:" from the role's COMMENT.`,
});

const stale = (username: string, { fence, state }: RoleMark): ProviderRefusal => ({
  code: 'stale-epoch',
  found: fence,
  sentence: `The role ${username} was already changed by epoch ${fence.incarnation}.${fence.epoch} for version ${fence.version} (${state}).`,
});

/** Somebody else's role has the name that ours would have. */
export const notOurs = (username: string) =>
  refuse<ProviderRefusal>({
    code: 'login-claimed',
    username,
    sentence: `A role ${username} exists that Keyturn didn't make (its COMMENT has no "keyturn:" line): drop it, or rename it.`,
  });
