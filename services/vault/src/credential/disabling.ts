import { ok } from '@keyturn/kernel';
import type { CommandOf } from './command.ts';
import { nextGeneration } from './generation.ts';
import { type Decided, eventsOf } from './happened.ts';
import type { RegisteredCredential } from './state.ts';

/** Nobody gets the secret any more. Leases stay; the generation rises, so that whoever compares generations finds out. */
export const disable = ({ reason }: CommandOf<'credential.disable'>, state: RegisteredCredential): Decided =>
  ok(state.disabled ? [] : [eventsOf(state)('credential.disabled', { version: state.current, generation: nextGeneration(state), reason })]);

export const enable = ({ reason }: CommandOf<'credential.enable'>, state: RegisteredCredential): Decided => {
  if (!state.disabled) return ok([]);
  const said = reason === undefined ? {} : { reason };
  return ok([eventsOf(state)('credential.enabled', { version: state.current, generation: nextGeneration(state), ...said })]);
};

export const changeRevealPolicy = ({ revealable }: CommandOf<'credential.change-reveal-policy'>, state: RegisteredCredential): Decided =>
  ok(state.revealable === revealable ? [] : [eventsOf(state)('credential.reveal-policy-changed', { revealable })]);
