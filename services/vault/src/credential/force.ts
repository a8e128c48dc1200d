import type { Actor, Refusal } from '@keyturn/contracts';
import { isAllowed } from '@keyturn/contracts/access';
import { ok, refuse } from '@keyturn/kernel';
import { awaited, awaitedNames, type Facts, millisecondsBetween } from './awaited.ts';
import type { CommandOf } from './command.ts';
import { isLate } from './deadline.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import { proofOf } from './proof.ts';
import { signedInRecently } from './recent-login.ts';
import { nameOf } from './said.ts';
import type { ForceAsked, Rotation } from './rotation.ts';
import { openOf, type RegisteredCredential, versionOf } from './state.ts';
import { isRetirable } from './version.ts';
import { waitsOf } from './waits.ts';

// Revoking the old version although it is not proved unused: by hand, or by the policy in the name of somebody who answers for it.

type By = { readonly how: 'hand' | 'policy'; readonly by: Actor; readonly approvedBy?: Actor; readonly reason: string };

/** Why what it takes out of use may not be revoked without the proof, at any time; null where it may be. */
const refuseForce = (state: RegisteredCredential, rotation: Rotation): Refusal | null => {
  const { epoch, committedAt, retiring } = rotation;
  if (committedAt === null) return { code: 'rotation-uncommitted', epoch };
  const old = versionOf(state, retiring);
  if (old?.status === 'revoking' || old?.status === 'revoked') return { code: 'revocation-started', version: old.version };
  if (!isRetirable(old?.status) || old?.version === state.current) return { code: 'version-not-superseded', requested: retiring ?? 0 };
  return null;
};

/** After a rollback it is the withdrawn version that goes: whoever doesn't name that one may mean the version of before, which is in use again. */
const refuseUnlessMeant = ({ epoch, rolledBack, retiring, serving }: Rotation, named: number | undefined): Refusal | null => {
  if (rolledBack !== null && named === undefined) return { code: 'rotation-rolled-back', epoch, version: serving ?? 0 };
  return named === undefined || named === retiring ? null : { code: 'version-not-superseded', requested: named };
};

const clauses = (missing: readonly string[]): string[] => missing.map((clause) => clause.slice(0, 700));

/** The record of who is cut off in whose name, and the start of the revocation. */
const forcedFacts = (
  state: RegisteredCredential,
  rotation: Rotation,
  facts: Facts,
  { how, by, approvedBy, reason }: By,
): CredentialFact[] => {
  const { epoch, retiring } = rotation;
  const make = eventsOf(state);
  const about = { epoch, version: retiring ?? 0 };
  const who = { how, by, ...(approvedBy === undefined ? {} : { approvedBy }), reason };
  const cutOff = [...awaitedNames(state, rotation, facts)];
  return [
    make('rotation.forced', { ...about, ...who, cutOff, unproved: clauses(awaited(state, rotation, facts)) }),
    make('credential.revocation-started', { ...about, proof: proofOf(state, rotation, facts), forced: { by, reason } }),
  ];
};

/** Neither what the rotation was requested under nor what the policy says now is got around. */
const needsSecondPerson = ({ policy }: RegisteredCredential, { approvalsNeeded }: Rotation): boolean =>
  Math.max(approvalsNeeded, policy.approvals) > 0;

const isLapsed = ({ until }: ForceAsked, now: string): boolean => millisecondsBetween(until, now) >= 0;

/** Whom a force would cut off now that whoever asked for it did not name. */
const unnamed = (state: RegisteredCredential, rotation: Rotation, facts: Facts, { cutOff }: ForceAsked): readonly string[] =>
  awaitedNames(state, rotation, facts).filter((name) => !cutOff.includes(name));

const NAMED = 5;

/** Why a force that waits can no longer be approved as it was asked for, or null. */
const refuseOutdated = (state: RegisteredCredential, rotation: Rotation, facts: Facts, asked: ForceAsked): Refusal | null => {
  if (isLapsed(asked, facts.now)) return { code: 'approval-too-late', epoch: rotation.epoch };
  const others = unnamed(state, rotation, facts, asked);
  if (others.length === 0) return null;
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : '';
  const whom = `${others.slice(0, NAMED).join(', ')}${more}`;
  return {
    code: 'force-cuts-off-others',
    sentence: `It would cut off ${whom} too, whom ${nameOf(asked.by)} did not name: it has to be asked for anew.`,
  };
};

/** That nobody approved it in time, where one waits that nobody did. */
export const lapsedForce = (state: RegisteredCredential, { epoch, forceAsked }: Rotation, now: string): CredentialFact[] => {
  if (forceAsked === null || !isLapsed(forceAsked, now)) return [];
  const reason = `Nobody approved it by ${forceAsked.until.slice(0, 16).replace('T', ' ')} UTC.`;
  return [eventsOf(state)('rotation.force-rejected', { epoch, reason, lapsed: true })];
};

const askFor = (state: RegisteredCredential, rotation: Rotation, { epoch, reason, facts }: CommandOf<'rotation.force'>): Decided => {
  const until = new Date(Date.parse(facts.now) + state.policy.approveWithinMs).toISOString();
  const cutOff = [...awaitedNames(state, rotation, facts)];
  return ok([eventsOf(state)('rotation.force-asked', { epoch, version: rotation.retiring ?? 0, reason, cutOff, until })]);
};

/** Asks for it where a second person must approve, otherwise does it. What was asked for before and can't be approved any more is asked for anew. */
export const force = (data: CommandOf<'rotation.force'>, state: RegisteredCredential): Decided => {
  const { epoch, version, reason, by, facts } = data;
  const open = openOf(state, epoch);
  if (!open.ok) return open;
  const rotation = open.value;
  const { forceAsked } = rotation;
  const refusal = refuseForce(state, rotation) ?? refuseUnlessMeant(rotation, version);
  if (refusal) return refuse(refusal);
  if (by.kind !== 'person')
    return refuse({ code: 'approver-not-a-person', sentence: `${nameOf(by)} is a program: only a person answers for a force.` });
  if (rotation.heldAt === null || !isLate(state, rotation, facts.now)) return refuse({ code: 'rotation-not-held', epoch });
  if (forceAsked && refuseOutdated(state, rotation, facts, forceAsked) === null)
    return forceAsked.by.id === by.id ? ok([]) : refuse({ code: 'force-awaits-approval', epoch });
  if (!needsSecondPerson(state, rotation)) return ok(forcedFacts(state, rotation, facts, { how: 'hand', by, reason }));
  return askFor(state, rotation, data);
};

type Approved = CommandOf<'rotation.approve'>;

/** The second person forces with the first, so they must be somebody who may. */
export const approveForce = (data: Approved, state: RegisteredCredential, rotation: Rotation, unfit: Refusal | null): Decided => {
  const { epoch, by, note, facts, refuseForcing } = data;
  const { forceAsked } = rotation;
  if (!forceAsked) return refuse({ code: 'approval-not-awaited', epoch });
  const refusal = unfit ?? refuseForcing ?? refuseForce(state, rotation) ?? refuseOutdated(state, rotation, facts, forceAsked);
  if (refusal) return refuse(refusal);
  if (!isLate(state, rotation, facts.now)) return refuse({ code: 'rotation-not-held', epoch });
  const approved = eventsOf(state)('rotation.approved', {
    epoch,
    of: 'force',
    given: 1,
    needed: 1,
    ...(note === undefined ? {} : { note }),
  });
  const { by: askedBy, reason } = forceAsked;
  return ok([approved, ...forcedFacts(state, rotation, facts, { how: 'hand', by: askedBy, approvedBy: by, reason })]);
};

/** Where approvals are asked for, somebody else must have let the rotation begin when the policy's force was known. */
const hasSecondPerson = (rotation: Rotation, answers: { readonly by: Actor; readonly at: string }): boolean =>
  rotation.approvals.some(({ by, at }) => by.id !== answers.by.id && at > answers.at);

/** Might they force by hand, who ask for this at that time? */
export const mayForce = (actor: Actor, at: string): boolean =>
  actor.kind === 'person' && isAllowed('rotation.force', 'system', actor.roles ?? []) && signedInRecently(actor, at);

/** A compromised value's short deadline brings the policy's force forward only for those who might force themselves: others only tell. */
const isPolicysTime = (state: RegisteredCredential, rotation: Rotation, now: string): boolean => {
  const isHasty = rotation.shortened !== null && !mayForce(rotation.requestedBy, rotation.askedAt);
  return isLate(state, rotation, now) && (!isHasty || isLate(state, { ...rotation, shortened: null }, now));
};

/** Does the policy revoke the old version now, without the proof? Never after a rollback: what it was chosen for is in use again. */
export const isForcedByPolicy = (state: RegisteredCredential, rotation: Rotation, now: string): boolean => {
  const { forceApproved } = state;
  if (forceApproved === null || rotation.rolledBack !== null || waitsOf(state, rotation).onDeadline !== 'force') return false;
  if (!isPolicysTime(state, rotation, now) || refuseForce(state, rotation) !== null) return false;
  return !needsSecondPerson(state, rotation) || hasSecondPerson(rotation, forceApproved);
};

/** What the policy's force records; null where it forces nothing. */
export const forcedByPolicy = (state: RegisteredCredential, rotation: Rotation, facts: Facts): CredentialFact[] | null => {
  const { forceApproved } = state;
  if (forceApproved === null || !isForcedByPolicy(state, rotation, facts.now)) return null;
  return forcedFacts(state, rotation, facts, { how: 'policy', by: forceApproved.by, reason: forceApproved.reason });
};
