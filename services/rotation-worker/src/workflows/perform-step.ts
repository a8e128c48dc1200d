import { ActivityFailure, ApplicationFailure, isCancellation, patched, sleep } from '@temporalio/workflow';
import type { StepRefusal } from '../rotation/step-refusal.ts';
import type { IdleRow } from '../rotation/idle-row.ts';
import type { PlannedStep } from '../rotation/planned-step.ts';
import type { RotationRun } from '../rotation/rotation-run.ts';
import { activitiesFor } from './step-options.ts';

/** What a step left: a refusal that the run must react to, or the row of samples so far. */
export type Performed = { readonly refusal?: StepRefusal | undefined; readonly row?: IdleRow | undefined };

const perform = async (run: RotationRun, next: PlannedStep, row: IdleRow | undefined): Promise<Performed> => {
  const { credentialId, epoch } = run;
  const { step, version = 0, waitMs = 0, sentence, refusal } = next;
  const activities = activitiesFor(step, sentence, waitMs);
  const input = { credentialId, epoch, version };
  switch (step) {
    case 'stage':
      return activities.stageCandidate(input).then(() => ({}));
    case 'apply':
      return activities.applyCandidate(input).then(() => ({}));
    case 'test':
      return activities.testCandidate(input).then(() => ({}));
    case 'ask-preflight':
      return activities.askPreflight(input).then(() => ({}));
    case 'await-preflight':
      return activities.awaitPreflight(input).then(() => ({}));
    case 'fail-approval':
    case 'fail-preflight':
    case 'fail-value':
      return { refusal };
    case 'await-approval':
    case 'await-value':
    case 'await-deletion':
      return {}; // a person does it
    case 'commit':
      return activities.commitVersion(input).then(() => ({}));
    case 'watch':
      return { row: await activities.observeUse({ ...input, row }) };
    case 'hold':
      return activities.holdRotation(input).then(() => ({ row }));
    case 'escalate':
      return activities.escalateRotation(input).then(() => ({ row }));
    case 'start-revocation':
      return { refusal: await activities.startRevocation(input), row };
    case 'deny-logins':
      return activities.denyLogins(input).then(() => ({}));
    case 'soak':
      return sleep(waitMs, { summary: sentence }).then(() => ({}));
    case 'erase':
      return activities.eraseOld(input).then(() => ({}));
    case 'complete':
      return activities.completeRotation({ credentialId, epoch }).then(() => ({}));
    case 'closed':
      return {};
  }
};

/** Before a step that was sent away for as long as its activity is tried stands in line anew. */
const IN_LINE_AGAIN_MS = 60_000;

/**
 * How long the provider takes no calls, where the activity knows; else Keyturn's own queue was too long for all of its tries, which is nobody's
 * refusal either. A worker of before this was released took both for any refusal.
 */
const waitOf = ({ type, details }: ApplicationFailure): { readonly waitMs?: number } => {
  if (type !== 'rate-limited') return {};
  const waitMs: unknown = Object(details?.[0]).waitMs;
  if (typeof waitMs === 'number') return patched('waits-out-a-throttle') ? { waitMs } : {};
  return patched('stands-in-line-again') ? { waitMs: IN_LINE_AGAIN_MS } : {};
};

/** What an activity that gave up says; anything but a failed activity is a bug, or a cancellation, and thrown on. */
const refusalOf = (thrown: unknown): StepRefusal => {
  if (!(thrown instanceof ActivityFailure) || isCancellation(thrown)) throw thrown;
  const { cause } = thrown;
  if (cause instanceof ApplicationFailure) return { code: cause.type ?? 'fault', sentence: cause.message, ...waitOf(cause) };
  return { code: 'timed-out', sentence: `${thrown.activityType} did not finish in time.` };
};

/** Performs one step by its activity. The row of samples goes on from one watch to the next, and survives a refusal. */
export const performStep = async (run: RotationRun, next: PlannedStep, row: IdleRow | undefined): Promise<Performed> => {
  try {
    return await perform(run, next, row);
  } catch (thrown) {
    return { refusal: refusalOf(thrown), row };
  }
};
