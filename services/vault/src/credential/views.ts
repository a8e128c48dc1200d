import {
  ROTATION_STEPS,
  type CredentialSummary,
  type CredentialView,
  type RotationStep,
  type RotationView,
  type VersionView,
} from '@keyturn/contracts/queries';
import { awaited, awaitedNames, type Facts, millisecondsBetween } from './awaited.ts';
import { nextStep } from './next-step.ts';
import { openRotation, type RegisteredCredential, type Rotation, type Version, versionOf } from './state.ts';

const RECENT_ROTATIONS = 20;

const lastReportAt = (rotation: Rotation): string | null => rotation.reports.filter((said) => said.ok).at(-1)?.at ?? null;

/** When each step was done; null where it isn't. */
const stepTimes = (state: RegisteredCredential, rotation: Rotation): Record<(typeof ROTATION_STEPS)[number], string | null> => {
  const serving = versionOf(state, rotation.serving);
  const retiring = versionOf(state, rotation.retiring);
  const revokingAt = rotation.committedAt === null ? null : (retiring?.revokingAt ?? null);
  return {
    requested: rotation.requestedAt,
    staged: serving?.stagedAt ?? null,
    applied: serving?.appliedAt ?? null,
    tested: serving?.tested?.verdict === 'valid' ? serving.tested.at : null,
    committed: rotation.committedAt,
    acknowledged: revokingAt === null ? null : (lastReportAt(rotation) ?? revokingAt),
    revoking: revokingAt,
    revoked: revokingAt === null ? null : (retiring?.endedAt ?? null),
    completed: rotation.status === 'completed' ? rotation.endedAt : null,
  };
};

const stepsOf = (state: RegisteredCredential, rotation: Rotation): RotationStep[] => {
  const times = stepTimes(state, rotation);
  const firstOpen = ROTATION_STEPS.find((name) => times[name] === null);
  return ROTATION_STEPS.map((name) => {
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

/** Both versions are accepted from the new one's application to the old one's denial. */
const overlap = (state: RegisteredCredential, rotation: Rotation): number | null => {
  const from = versionOf(state, rotation.serving)?.appliedAt ?? null;
  const to = versionOf(state, rotation.retiring)?.loginsDeniedAt ?? null;
  return from === null || to === null || rotation.committedAt === null ? null : millisecondsBetween(from, to);
};

export const rotationView = (state: RegisteredCredential, rotation: Rotation, facts: Facts): RotationView => {
  const next = nextStep(state, rotation.epoch, facts);
  const isAwaiting = rotation.status === 'open' && next.ok && (next.value.step === 'watch' || next.value.step === 'hold');
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
    steps: stepsOf(state, rotation),
    acknowledgements: rotation.reports.map(({ consumer, instance, ok, at, sentence }) => ({
      consumer,
      instance,
      ok,
      at,
      sentence,
      afterCommitMs: rotation.committedAt === null ? 0 : millisecondsBetween(rotation.committedAt, at),
    })),
    sentence: next.ok ? next.value.sentence : '',
    waitingFor: isAwaiting ? [...awaited(state, rotation, facts)] : [],
    awaitedInstances: isAwaiting ? [...awaitedNames(state, rotation, facts)] : [],
    convergenceMs: convergence(rotation),
    overlapMs: overlap(state, rotation),
    failure: rotation.failure,
    workflowId: `rotate/${state.credentialId}/${rotation.epoch}`,
  };
};

const versionView = ({
  version,
  status,
  epoch,
  publicFields,
  masks,
  stagedAt,
  committedAt,
  supersededAt,
  endedAt,
  tested,
  untested,
}: Version): VersionView => ({
  version,
  status,
  epoch,
  publicFields,
  masks,
  stagedAt,
  committedAt,
  supersededAt,
  endedAt,
  tested,
  untested,
});

/** What a list shows of a credential; kept in table `credentials`, so a list never folds a stream. */
export const summaryOf = (state: RegisteredCredential): CredentialSummary => {
  const current = versionOf(state, state.current);
  return {
    credentialId: state.credentialId,
    address: state.address,
    credentialType: state.credentialType,
    displayName: state.displayName,
    current: state.current,
    generation: state.generation,
    masks: current?.masks ?? {},
    publicFields: current?.publicFields ?? {},
    openEpoch: openRotation(state)?.epoch ?? null,
    lastRotatedAt: state.rotations.findLast((rotation) => rotation.committedAt !== null)?.committedAt ?? null,
    updatedAt: state.updatedAt,
  };
};

export const credentialView = (state: RegisteredCredential, facts: Facts): CredentialView => ({
  ...summaryOf(state),
  issuer: state.issuer,
  policy: state.policy,
  registeredAt: state.registeredAt,
  versions: state.versions.map(versionView).toReversed(),
  rotations: state.rotations
    .slice(-RECENT_ROTATIONS)
    .map((rotation) => rotationView(state, rotation, facts))
    .toReversed(),
  ledger: [...state.ledger],
});
