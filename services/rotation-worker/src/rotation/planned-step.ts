import type { NextStep, StepName } from '@keyturn/contracts/queries';
import type { StepRefusal } from './step-refusal.ts';

/**
 * What the workflow learns of the vault's answer: enough to choose an activity, to wait, and to show the sentence. Nothing else of it
 * enters Temporal's history; each activity asks the vault itself for the rest.
 */
export type PlannedStep = {
  readonly step: StepName;
  readonly address: string;
  readonly sentence: string;
  readonly version?: number;
  readonly waitMs?: number;
  /** How much longer a provider that can't be asked is waited for, before that fails the rotation. */
  readonly patienceMs?: number;
  readonly acksMissing?: number;
  /** The deadline passed, whatever the run goes on with. */
  readonly held?: true;
  /** Why the vault wants the rotation to fail. */
  readonly refusal?: StepRefusal;
  readonly end?: 'completed' | 'failed';
  /** Where the worker's runbook is published, if it is told. */
  readonly runbookUrl?: string;
};

export const planStep = (next: NextStep, runbookUrl?: string): PlannedStep => {
  const { step, address, sentence } = next;
  return {
    step,
    address,
    sentence,
    ...('version' in next ? { version: next.version } : {}),
    ...(next.step === 'soak' ? { waitMs: next.remainingMs } : {}),
    ...(next.step === 'watch' ? { waitMs: next.forMs, acksMissing: next.acksMissing.length } : {}),
    ...(next.step === 'await-preflight' ? { waitMs: next.remainingMs } : {}),
    ...('waitMs' in next ? { waitMs: next.waitMs } : {}),
    ...('patienceMs' in next && next.patienceMs !== undefined ? { patienceMs: next.patienceMs } : {}),
    ...('reasonCode' in next ? { refusal: { code: next.reasonCode, sentence: next.why } } : {}),
    ...(next.step === 'closed' ? { end: next.status } : {}),
    ...(next.held === undefined ? {} : { held: next.held }),
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
  };
};

/** Steps that a person does: the run waits until it is woken, and looks now and again. */
export const awaitsPerson = (step: StepName): boolean => step === 'await-approval' || step === 'await-value' || step === 'await-deletion';

/** What is shown of a run from its deadline on, and found by. */
export const HELD = { step: 'hold', reason: 'deadline-passed' } as const;

/** A held run goes on watching, or waiting for a person; what it does then is not what somebody must know of it. */
export const isHeld = ({ step, held }: PlannedStep): boolean => held === true && (step === 'watch' || step === 'await-deletion');

/** Why a run stands where it stands, in a word to filter by. */
export const reasonOf = ({ step, acksMissing = 0 }: PlannedStep): string => {
  if (step === 'watch') return acksMissing > 0 ? 'waiting-for-acknowledgements' : 'waiting-for-evidence';
  if (step === 'await-preflight') return 'waiting-for-preflight';
  if (step === 'await-approval') return 'waiting-for-approval';
  if (awaitsPerson(step)) return 'waiting-for-a-person';
  if (step === 'soak') return 'soaking';
  if (step === 'hold' || step === 'escalate') return HELD.reason;
  return step === 'closed' ? 'closed' : 'working';
};

const BEFORE_COMMIT: ReadonlySet<StepName> = new Set([
  'await-approval',
  'fail-approval',
  'stage',
  'await-value',
  'fail-value',
  'apply',
  'test',
  'ask-preflight',
  'await-preflight',
  'fail-preflight',
  'commit',
]);

/** The step's name in the record of a failure. */
export const failedAt = (step: StepName): string => step.replace(/^fail-/u, '');

/** Before the commit a rotation may fail cleanly; afterwards both versions live on until the old one is proved unused and dead. */
export const isBeforeCommit = (step: StepName): boolean => BEFORE_COMMIT.has(step);
