/** A "no" that a step met: a stable code, and a sentence for people. */
export type StepRefusal = { readonly code: string; readonly sentence: string };
