import type { Attention } from '@keyturn/contracts/queries';
import { openRotation, type Rotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';
import { approvalsMissing } from './unapproved.ts';

type Need = Pick<Attention, 'needs' | 'since'>;

/** Of a rotation whose values a person makes and removes. */
const ofAssisted = (state: RegisteredCredential, { strategy, serving, retiring, approvals, requestedAt }: Rotation): Need | null => {
  if (strategy !== 'assisted') return null;
  if (serving === null) return { needs: 'value', since: approvals.at(-1)?.at ?? requestedAt };
  const old = versionOf(state, retiring);
  return old?.status === 'revoking' && old.loginsDeniedAt === null ? { needs: 'deletion', since: old.revokingAt ?? requestedAt } : null;
};

const needOf = (state: RegisteredCredential, rotation: Rotation): Need | null => {
  const { requestedAt, forceAsked, escalated, heldAt } = rotation;
  if (approvalsMissing(rotation) > 0) return { needs: 'approval', since: requestedAt };
  if (forceAsked) return { needs: 'force-approval', since: forceAsked.at };
  const late = escalated === null ? 'held' : 'escalated';
  const isWaiting = versionOf(state, rotation.retiring)?.loginsDeniedAt === null && rotation.forced === null;
  const held: Need | null = heldAt !== null && isWaiting ? { needs: late, since: heldAt } : null;
  return ofAssisted(state, rotation) ?? held;
};

/** What the open rotation needs of a person, and since when; null where it goes on by itself. */
export const attentionOf = (state: RegisteredCredential): Attention | null => {
  const rotation = openRotation(state);
  const need = rotation ? needOf(state, rotation) : null;
  return rotation && need ? { epoch: rotation.epoch, ...need } : null;
};
