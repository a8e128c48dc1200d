import {
  ROTATION_STEPS,
  type CredentialSummary,
  type CredentialView,
  type PreflightProbe,
  type RotationStep,
  type RotationView,
} from '@keyturn/contracts/queries';
import { approvalsView } from './approval.ts';
import { asksOf } from './assisted.ts';
import { attentionOf, ledgerView } from './attention.ts';
import { awaited, awaitedNames, type Facts, millisecondsBetween } from './awaited.ts';
import { deadlineOf } from './deadline.ts';
import { deletedOf, lifecycleOf } from './lifecycle-view.ts';
import { nextStep } from './next-step.ts';
import { preflightOf, standingOf, unanswered, wordOf } from './preflight.ts';
import { exchangeOf } from './roll-back.ts';
import { isOverdueSaid } from './schedule.ts';
import { openRotation, type Rotation } from './rotation.ts';
import { type DeletedCredential, type RegisteredCredential, revisionOf, versionOf } from './state.ts';
import { approvedAt } from './unapproved.ts';
import { refusedBecause } from './usable.ts';
import { versionView } from './version-view.ts';
import { policyInForce } from './waits.ts';

const RECENT_ROTATIONS = 20;

const lastReportAt = (rotation: Rotation): string | null => rotation.reports.filter((said) => said.ok).at(-1)?.at ?? null;

type StepName = (typeof ROTATION_STEPS)[number];

const preflightedAt = (state: RegisteredCredential, rotation: Rotation, facts: Facts): string | null => {
  const preflight = preflightOf(rotation);
  if (!preflight) return null;
  const { firstCommittedAt } = rotation;
  if (firstCommittedAt === null) {
    const standing = standingOf(state, rotation, preflight, facts);
    return standing.status === 'passed' ? standing.at : null;
  }
  if (unanswered(preflight).length === 0) return preflight.probes.at(-1)?.at ?? preflight.askedAt;
  return millisecondsBetween(preflight.until, firstCommittedAt) > 0 ? preflight.until : firstCommittedAt;
};

/** Everyone has reported: what is awaited then is the grace and the provider's evidence. Without instances the revoke itself says so. */
const acknowledgedAt = (state: RegisteredCredential, rotation: Rotation, facts: Facts, revokingAt: string | null): string | null => {
  const last = lastReportAt(rotation);
  if (revokingAt !== null) return last ?? revokingAt;
  return rotation.committedAt !== null && awaitedNames(state, rotation, facts).length === 0 ? last : null;
};

/** When each step was done; null where it isn't. */
const stepTimes = (state: RegisteredCredential, rotation: Rotation, facts: Facts): Record<StepName, string | null> => {
  const candidate = versionOf(state, rotation.candidate);
  const retiring = versionOf(state, rotation.retiring);
  const revokingAt = rotation.committedAt === null ? null : (retiring?.revokingAt ?? null);
  return {
    requested: rotation.requestedAt,
    approved: approvedAt(rotation),
    staged: candidate?.stagedAt ?? null,
    applied: candidate?.appliedAt ?? null,
    tested: rotation.testedAt,
    preflighted: preflightedAt(state, rotation, facts),
    committed: rotation.firstCommittedAt,
    'rolled-back': rotation.rolledBack?.at ?? null,
    acknowledged: acknowledgedAt(state, rotation, facts, revokingAt),
    revoking: revokingAt,
    revoked: revokingAt === null ? null : (retiring?.endedAt ?? null),
    completed: rotation.status === 'completed' ? rotation.endedAt : null,
  };
};

/** Those of the steps that this rotation has. */
const stepNames = (state: RegisteredCredential, rotation: Rotation): readonly StepName[] => {
  const asks = preflightOf(rotation) !== null || (rotation.firstCommittedAt === null && policyInForce(state).preflightMs > 0);
  const has: Partial<Record<StepName, boolean>> = {
    approved: rotation.approvalsNeeded > 0,
    preflighted: asks,
    'rolled-back': rotation.rolledBack !== null,
  };
  return ROTATION_STEPS.filter((name) => has[name] ?? true);
};

const stepsOf = (state: RegisteredCredential, rotation: Rotation, facts: Facts): RotationStep[] => {
  const times = stepTimes(state, rotation, facts);
  const names = stepNames(state, rotation);
  const firstOpen = names.find((name) => times[name] === null);
  return names.map((name) => {
    const at = times[name];
    if (at !== null) return { name, status: 'done', at, afterMs: millisecondsBetween(rotation.requestedAt, at) };
    const isNext = name === firstOpen;
    const status = isNext && rotation.status === 'failed' ? 'failed' : isNext && rotation.status === 'open' ? 'running' : 'todo';
    return { name, status, at: null, afterMs: null };
  });
};

const convergence = (rotation: Rotation): number | null => {
  const last = lastReportAt(rotation);
  return last === null || rotation.committedAt === null ? null : millisecondsBetween(rotation.committedAt, last);
};

/** Both versions are accepted from the candidate's application until logins to the one that retires are denied. */
const overlap = (state: RegisteredCredential, rotation: Rotation): number | null => {
  const from = versionOf(state, rotation.candidate)?.appliedAt ?? null;
  const to = versionOf(state, rotation.retiring)?.loginsDeniedAt ?? null;
  return from === null || to === null || rotation.committedAt === null ? null : millisecondsBetween(from, to);
};

const preflightsOf = (rotation: Rotation): PreflightProbe[] => {
  const preflight = preflightOf(rotation);
  if (!preflight) return [];
  const nothing = { ok: null, at: null, afterAskMs: null };
  const unasked = preflight.ungranted.map((consumer) => ({ consumer, instance: '*', ...nothing, sentence: 'not asked: no grant' }));
  const asked = preflight.instances.map((name) => {
    const [consumer = '', instance = ''] = name.split('/');
    const said = wordOf(preflight, name);
    if (!said) return { consumer, instance, ...nothing, sentence: null };
    const { ok, at, sentence } = said;
    return { consumer, instance, ok, at, afterAskMs: millisecondsBetween(preflight.askedAt, at), sentence: ok ? null : sentence };
  });
  return [...asked, ...unasked];
};

type Waiting = Pick<RotationView, 'waitingFor' | 'awaitedInstances'>;

/** Whom a run waits for now: consumers that try a version before its commit, or what stands between the commit and the revoke. */
const waitingOf = (state: RegisteredCredential, rotation: Rotation, facts: Facts, next: ReturnType<typeof nextStep>): Waiting => {
  const step = next.ok ? next.value : null;
  if (step?.step === 'await-preflight') return { waitingFor: step.waitingFor, awaitedInstances: step.waitingFor };
  if (step?.step !== 'watch' && step?.step !== 'hold' && step?.step !== 'escalate') return { waitingFor: [], awaitedInstances: [] };
  return { waitingFor: [...awaited(state, rotation, facts)], awaitedInstances: [...awaitedNames(state, rotation, facts)] };
};

const forceAskedView = ({ forceAsked }: Rotation): RotationView['forceAsked'] =>
  forceAsked && { ...forceAsked, cutOff: [...forceAsked.cutOff] };

const forcedView = ({ forced }: Rotation): RotationView['forced'] =>
  forced && { ...forced, cutOff: [...forced.cutOff], unproved: [...forced.unproved] };

type Decided = Pick<RotationView, 'approvals' | 'forceAsked' | 'forced' | 'escalated' | 'deadlineAt' | 'shortened'>;

/** What persons decided about it, and when the policy will. */
const decisionsOf = (state: RegisteredCredential, rotation: Rotation): Decided => ({
  approvals: approvalsView(state, rotation),
  forceAsked: forceAskedView(rotation),
  forced: forcedView(rotation),
  escalated: rotation.escalated,
  deadlineAt: rotation.status === 'open' ? deadlineOf(state, rotation) : null,
  shortened: rotation.shortened,
});

export const rotationView = (state: RegisteredCredential, rotation: Rotation, facts: Facts): RotationView => {
  const next = nextStep(state, rotation.epoch, facts);
  return {
    credentialId: state.credentialId,
    address: state.address,
    epoch: rotation.epoch,
    status: rotation.status,
    held: rotation.heldAt !== null,
    reason: rotation.reason,
    note: rotation.note,
    requestedBy: rotation.requestedBy,
    requestedAt: rotation.requestedAt,
    endedAt: rotation.endedAt,
    from: rotation.retiring,
    to: rotation.serving,
    steps: stepsOf(state, rotation, facts),
    preflights: preflightsOf(rotation),
    acknowledgements: rotation.reports.map(({ consumer, instance, ok, at, sentence }) => ({
      consumer,
      instance,
      ok,
      at,
      sentence,
      afterCommitMs: rotation.committedAt === null ? 0 : millisecondsBetween(rotation.committedAt, at),
    })),
    rolledBack: rotation.rolledBack,
    canRollBack: openRotation(state) === rotation && exchangeOf(state).ok,
    sentence: next.ok ? next.value.sentence : '',
    asks: next.ok ? asksOf(state, next.value.step) : null,
    ...waitingOf(state, rotation, facts, next),
    convergenceMs: convergence(rotation),
    overlapMs: overlap(state, rotation),
    failure: rotation.failure,
    workflowId: `rotate/${state.credentialId}/${rotation.epoch}`,
    ...decisionsOf(state, rotation),
  };
};

const recheckOf = ({ recheck }: RegisteredCredential): CredentialSummary['recheck'] => {
  if (!recheck) return null;
  const { outcome, version, sentence, at } = recheck;
  return { outcome, version, sentence, at };
};

const statusOf = ({ deletion, disabled }: RegisteredCredential): CredentialSummary['status'] => {
  if (deletion) return 'deleting';
  return disabled ? 'disabled' : 'active';
};

/** What a list shows of a credential; kept in table `credentials`, so a list never folds a stream. Who is default stands on another stream. */
export const summaryOf = (state: RegisteredCredential): Omit<CredentialSummary, 'isDefault'> => {
  const current = versionOf(state, state.current);
  return {
    credentialId: state.credentialId,
    address: state.address,
    credentialType: state.credentialType,
    displayName: state.displayName,
    labels: state.labels,
    tags: [...state.tags],
    owner: state.owner,
    expiresAt: state.expiresAt,
    untested: current?.untested ?? null,
    recheck: recheckOf(state),
    refused: refusedBecause(state),
    origin: state.origin,
    registeredAt: state.registeredAt,
    current: state.current,
    generation: state.generation,
    masks: current?.masks ?? {},
    publicFields: current?.publicFields ?? {},
    openEpoch: openRotation(state)?.epoch ?? null,
    attention: attentionOf(state),
    status: statusOf(state),
    lastRotatedAt: state.rotations.findLast((rotation) => rotation.committedAt !== null)?.committedAt ?? null,
    overdueSince: isOverdueSaid(state) ? (state.overdue?.since ?? null) : null,
    updatedAt: state.updatedAt,
  };
};

type Known = { readonly isDefault: boolean; /** What a deletion now would promise. */ readonly backupRetentionDays: number };

export const credentialView = (state: RegisteredCredential, facts: Facts, { isDefault, backupRetentionDays }: Known): CredentialView => ({
  ...summaryOf(state),
  isDefault,
  revision: revisionOf(state),
  issuer: state.issuer,
  policy: state.policy,
  forceApproved: state.forceApproved,
  notes: state.notes,
  versions: state.versions.map(versionView).toReversed(),
  rotations: state.rotations
    .slice(-RECENT_ROTATIONS)
    .map((rotation) => rotationView(state, rotation, facts))
    .toReversed(),
  ledger: ledgerView(state, facts),
  ...lifecycleOf(state, facts, backupRetentionDays),
});

/** A deleted credential as it was, and how it ended. */
export const deletedView = (state: DeletedCredential, facts: Facts): CredentialView => ({
  ...credentialView(state.last, facts, { isDefault: false, backupRetentionDays: state.backupRetentionDays }),
  status: 'deleted',
  deleted: deletedOf(state),
});
