import type { Actor, Refusal } from '@keyturn/contracts';
import type { ApprovalsView } from '@keyturn/contracts/queries';
import { ok, refuse } from '@keyturn/kernel';
import { lookAfter } from './assisted.ts';
import { millisecondsBetween } from './awaited.ts';
import type { CommandOf } from './command.ts';
import { fail } from './decide-retirement.ts';
import { approveForce } from './force.ts';
import { type Decided, eventsOf } from './happened.ts';
import { nameOf, spoken } from './said.ts';
import type { Unsaid } from './sentence.ts';
import type { Rotation } from './rotation.ts';
import { openOf, type RegisteredCredential } from './state.ts';
import { approvalsMissing } from './unapproved.ts';

// Before a rotation begins, other persons than whoever asked for it must agree, as many as its policy wanted at that time.

/** One id is one person, whatever they signed in with. */
const isSame = (one: Actor, other: Actor): boolean => one.id === other.id;

/** Why somebody is not the second person that is wanted, or null. */
export const refuseApprover = (by: Actor, askedBy: Actor): Refusal | null => {
  if (isSame(by, askedBy)) {
    return { code: 'approver-asked-for-it', sentence: `${nameOf(by)} asked for it: another person must approve or reject it.` };
  }
  return by.kind === 'person' ? null : { code: 'approver-not-a-person', sentence: `${nameOf(by)} is a program: only a person approves.` };
};

/** A scheduled rotation is asked for by whoever set its schedule last. */
const askedBy = ({ scheduledBy }: RegisteredCredential, { reason, requestedBy }: Rotation): Actor =>
  reason === 'scheduled' && scheduledBy !== null ? scheduledBy : requestedBy;

const msLeft = (state: RegisteredCredential, { requestedAt }: Rotation, now: string): number =>
  state.policy.approveWithinMs - millisecondsBetween(requestedAt, now);

/** Said twice by one person it counts once. What waits is the rotation itself, or later a force. */
export const approve = (data: CommandOf<'rotation.approve'>, state: RegisteredCredential): Decided => {
  const { epoch, by, note, facts } = data;
  const open = openOf(state, epoch);
  if (!open.ok) return open;
  const rotation = open.value;
  if (rotation.forceAsked) return approveForce(data, state, rotation, refuseApprover(by, rotation.forceAsked.by));
  if (rotation.approvals.some((approval) => isSame(approval.by, by))) return ok([]);
  if (approvalsMissing(rotation) === 0) return refuse({ code: 'approval-not-awaited', epoch });
  if (msLeft(state, rotation, facts.now) <= 0) return refuse({ code: 'approval-too-late', epoch });
  const refusal = refuseApprover(by, askedBy(state, rotation));
  if (refusal) return refuse(refusal);
  const said = note === undefined ? {} : { note };
  const given = rotation.approvals.length + 1;
  return ok([eventsOf(state)('rotation.approved', { epoch, of: 'rotation', given, needed: rotation.approvalsNeeded, ...said })]);
};

/** Whoever may approve may say no, which ends the rotation. A force may also be withdrawn by whoever asked for it. */
export const reject = ({ epoch, by, reason }: CommandOf<'rotation.reject'>, state: RegisteredCredential): Decided => {
  const open = openOf(state, epoch);
  if (!open.ok) return open;
  const rotation = open.value;
  if (rotation.forceAsked) return ok([eventsOf(state)('rotation.force-rejected', { epoch, reason })]);
  if (approvalsMissing(rotation) === 0) return refuse({ code: 'approval-not-awaited', epoch });
  const refusal = refuseApprover(by, askedBy(state, rotation));
  if (refusal) return refuse(refusal);
  const sentence = `Rejected by ${nameOf(by)}: ${reason}`.slice(0, 500);
  return fail({ epoch, step: 'approval', reasonCode: 'rejected', sentence }, state, rotation);
};

/** Waits for persons as long as the policy does, then gives up. */
export const awaitApproval = (state: RegisteredCredential, rotation: Rotation, now: string): Unsaid => {
  const { requestedAt, approvals, approvalsNeeded: needed } = rotation;
  const given = approvals.length;
  const left = msLeft(state, rotation, now);
  if (left > 0) return { step: 'await-approval', given, needed, waitMs: Math.min(left, lookAfter(requestedAt, now)) };
  const why = `${given} of ${needed} approvals came within ${spoken(state.policy.approveWithinMs)}`;
  return { step: 'fail-approval', reasonCode: 'not-approved', why };
};

/** Null where nobody must approve it. */
export const approvalsView = (state: RegisteredCredential, rotation: Rotation): ApprovalsView | null => {
  const { approvals, approvalsNeeded: needed, requestedAt, status } = rotation;
  if (needed === 0) return null;
  const isAwaited = status === 'open' && approvalsMissing(rotation) > 0;
  const until = isAwaited ? new Date(Date.parse(requestedAt) + state.policy.approveWithinMs).toISOString() : null;
  return { needed, given: approvals.map(({ by, at, note }) => ({ by, at, note })), until };
};
