import type { Credential, RegisteredCredential } from './state.ts';

/** More commits than any log can have lost of one credential. */
const LEAP = 1_000_000;

/**
 * After a restore the next generation leaps over all that the lost log may have given out: consumers go by higher numbers only, and one that
 * holds a lost generation would otherwise take a new value for what it has already.
 */
export const leapingAfterRestore = (state: Credential, incarnation: number): Credential =>
  state.status === 'registered' && state.generation > 0 && state.generationIn < incarnation ? { ...state, generationStep: LEAP } : state;

/** Under which generation the next change of what a fetch answers stands. */
export const nextGeneration = ({ generation, generationStep }: RegisteredCredential): number => generation + generationStep;

/** It has risen. */
export const risenTo = (generation: number, incarnation: number) => ({ generation, generationIn: incarnation, generationStep: 1 });
