/** A "no" that a step met: a stable code, and a sentence for people. `waitMs`: it is known when to try again, and that is no failure. */
export type StepRefusal = { readonly code: string; readonly sentence: string; readonly waitMs?: number };
