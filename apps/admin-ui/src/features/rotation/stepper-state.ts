import type { RotationView } from '@keyturn/contracts/api';
import { formatDuration } from '../../shared/time/format-time.ts';
import { strings } from '../../strings.ts';

type Step = RotationView['steps'][number];
export type StepRow = Step & {
  readonly label: string;
  readonly what: string;
  /** From the step before it to this one. */
  readonly tookMs: number | null;
};

/** The steps as they are shown: named, explained, and each with what it took by itself. */
export const stepRows = (rotation: RotationView): readonly StepRow[] => {
  let before: number | null = null;
  return rotation.steps.map((step) => {
    const { name: label, what } = strings.rotation.steps[step.name];
    const tookMs = step.afterMs === null || before === null ? null : Math.max(0, step.afterMs - before);
    before = step.afterMs ?? before;
    return { ...step, label, what, tookMs };
  });
};

/** The step that the run is at, or stopped at. */
export const standingAt = (rotation: RotationView): Step | undefined =>
  rotation.steps.find(({ status }) => status === 'running' || status === 'failed');

const lastDone = (rotation: RotationView): Step | undefined => rotation.steps.filter(({ status }) => status === 'done').at(-1);

export const isCommitted = (rotation: RotationView): boolean =>
  rotation.steps.some(({ name, status }) => name === 'committed' && status === 'done');

/** Somebody was asked to try the version, or it is known that nobody was there to ask. */
export const hasPreflight = ({ preflights, steps }: RotationView): boolean =>
  preflights.length > 0 || steps.some(({ name, status }) => name === 'preflighted' && status === 'done');

/** From the request to the end, or to now while it runs. */
export const totalMs = (rotation: RotationView, nowMs: number): number => {
  const end = rotation.endedAt === null ? nowMs : Date.parse(rotation.endedAt);
  return Math.max(0, end - Date.parse(rotation.requestedAt));
};

/** Whom the run waits for and who has not reported: those who did are in the list of acknowledgements. */
export const awaitedInstances = (rotation: RotationView): readonly string[] => {
  const reported = new Set(rotation.acknowledgements.map(({ consumer, instance }) => `${consumer}/${instance}`));
  return rotation.status === 'open' ? rotation.awaitedInstances.filter((name) => !reported.has(name)) : [];
};

/** What a screen reader says when the run went from one state to another; `null` is silence. */
export const announcement = (before: RotationView | null, after: RotationView): string | null => {
  if (before === null || before.epoch !== after.epoch) return null;
  const { announce, steps } = strings.rotation;
  if (after.status !== before.status && after.status === 'failed') return announce.failed(after.failure?.sentence ?? after.sentence);
  if (after.status !== before.status && after.status === 'completed') return announce.completed(formatDuration(totalMs(after, 0)));
  if (after.held && !before.held) return announce.held(after.sentence);
  const step = lastDone(after);
  if (step === undefined || step.name === lastDone(before)?.name) return null;
  return announce.done(steps[step.name].name, formatDuration(step.afterMs ?? 0));
};

export const nameOf = (actor: RotationView['requestedBy']): string => actor.name ?? actor.id;

/** Temporal's page for a run, where its UI's address is known. */
export const temporalRunUrl = (uiUrl: string | undefined, workflowId: string): string | null =>
  uiUrl === undefined || !/^https?:\/\//.test(uiUrl)
    ? null
    : `${uiUrl.replace(/\/$/, '')}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
