import { DEFAULT_POLICY } from '@keyturn/contracts';
import type { DecisionEvent } from '@keyturn/contracts/events';
import { assertNever } from '@keyturn/kernel';
import { isLate } from './deadline.ts';
import { changeRotation, type Fact } from './evolve-version.ts';
import { latestRotation, openRotation, type Rotation } from './rotation.ts';
import type { RegisteredCredential } from './state.ts';

// What persons decide about a rotation.

type Happened<Type extends DecisionEvent['type']> = Extract<DecisionEvent, { type: Type }>['data'];

const approve = (state: RegisteredCredential, { of, note }: Happened<'rotation.approved'>, fact: Fact): RegisteredCredential => {
  if (of === 'force') return state; // the force itself says who approved it
  const approval = { by: fact.meta.actor, at: fact.recordedAt, note: note ?? null };
  return changeRotation(state, { approvals: [...(latestRotation(state)?.approvals ?? []), approval] });
};

const force = (data: Happened<'rotation.forced'>, at: string): Partial<Rotation> => {
  const { how, by, approvedBy = null, reason, cutOff, unproved } = data;
  return { forced: { how, by, approvedBy, at, reason, cutOff, unproved, ended: null }, forceAsked: null };
};

/** Of a force that was asked for before its time was recorded. */
const endOfForce = (at: string): string => new Date(Date.parse(at) + DEFAULT_POLICY.approveWithinMs).toISOString();

/** Past a moved deadline nothing stands that was decided because the one before had passed. */
const onTimeAgain = { heldAt: null, escalated: null, forceAsked: null } as const;

/** A deadline that lies ahead again is as good as an extension. */
const changePolicy = (state: RegisteredCredential, data: Happened<'credential.policy-changed'>, at: string): RegisteredCredential => {
  const { policy, reason, forceApprovedBy: by } = data;
  const changed = { ...state, policy, forceApproved: by === undefined ? null : { by, reason, at } };
  const rotation = openRotation(changed);
  const isOnTime = rotation !== undefined && rotation.heldAt !== null && !isLate(changed, rotation, at);
  return isOnTime ? changeRotation(changed, onTimeAgain) : changed;
};

/** What a decision makes of a credential. */
export const evolveDecision = (state: RegisteredCredential, event: DecisionEvent, fact: Fact): RegisteredCredential => {
  const at = fact.recordedAt;
  switch (event.type) {
    case 'rotation.approved':
      return approve(state, event.data, fact);
    case 'rotation.force-asked': {
      const { reason, cutOff, until = endOfForce(at) } = event.data;
      return changeRotation(state, { forceAsked: { by: fact.meta.actor, at, reason, cutOff, until } });
    }
    case 'rotation.force-rejected':
      return changeRotation(state, { forceAsked: null });
    case 'rotation.forced':
      return changeRotation(state, force(event.data, at));
    case 'rotation.escalated':
      return changeRotation(state, { escalated: { times: event.data.times, lastAt: at } });
    case 'rotation.extended':
      return changeRotation(state, { extraMs: event.data.extraMs, ...onTimeAgain });
    case 'credential.policy-changed':
      return changePolicy(state, event.data, at);
    default:
      return assertNever(event);
  }
};
