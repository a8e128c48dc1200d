import type { StepName } from '@keyturn/contracts/queries';
import { isBeforeCommit, type PlannedStep } from './planned-step.ts';
import type { StepRefusal } from './step-refusal.ts';

/** `waitMs`: before the step is tried again, should the vault still ask for it. */
export type Reaction = { readonly fails: boolean; readonly waitMs: number };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
/** With waits of 0.5, 1, 2, 4, 8 and 16 s between them. */
const TRIES_BEFORE_COMMIT = 7;
/** So long in all a provider that takes no calls is waited for before the commit. */
const LONGEST_THROTTLE_MS = 24 * 3_600_000;
const WORTH_A_RETRY: ReadonlySet<string> = new Set(['provider-unreachable']);

/** Is a provider that can't be asked asked on, however often that was? A vault that says for how long decides that. */
export const isWaitedFor = ({ patienceMs = 0 }: PlannedStep, { code }: StepRefusal): boolean => WORTH_A_RETRY.has(code) && patienceMs > 0;

/**
 * Has the step waited for so long in all for a provider that takes no calls that the rotation fails of it? Only before the commit; and what a person
 * brought is waited for as long as the vault says.
 */
export const isWaitedOut = ({ step, patienceMs = 0 }: PlannedStep, { waitMs }: StepRefusal, waitedMs: number): boolean =>
  waitMs !== undefined && isBeforeCommit(step) && patienceMs === 0 && waitedMs >= LONGEST_THROTTLE_MS;

/**
 * What a run does after a step was refused for the `tries`-th time in a row. Before the commit a refusal fails the rotation, at once
 * unless the provider merely can't be reached. After it nothing does: two live versions are safer than a lost one, so the run waits
 * ever longer, says why, and goes on when somebody has mended it. What is known to end is waited for, up to a day before the commit (`isWaitedOut`).
 */
export const afterRefusal = (step: StepName, { code, waitMs }: StepRefusal, tries: number): Reaction =>
  waitMs === undefined
    ? {
        fails: isBeforeCommit(step) && (!WORTH_A_RETRY.has(code) || tries >= TRIES_BEFORE_COMMIT),
        waitMs: Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS),
      }
    : { fails: false, waitMs };
