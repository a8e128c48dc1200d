import { ok, refuse } from '@keyturn/kernel';
import { refuseChange } from './change.ts';
import type { CommandOf } from './command.ts';
import { nextGeneration } from './generation.ts';
import { type Decided, eventsOf } from './happened.ts';
import { nextVersionNumber, type RegisteredCredential } from './state.ts';

/** A person's new value: staged and committed at once. Consumers are told as after a rotation; the old version is theirs to revoke. */
export const stageValue = (data: CommandOf<'credential.stage-value'>, state: RegisteredCredential): Decided => {
  const refusal = refuseChange(state);
  if (refusal) return refuse(refusal);
  const expected = nextVersionNumber(state);
  if (data.version !== expected) return refuse({ code: 'version-out-of-order', requested: data.version, expected });
  const { version, publicFields, masks, sealed, untested } = data;
  const from = state.current;
  const make = eventsOf(state);
  return ok([
    { ...make('credential.version-staged', { version, epoch: null, publicFields, masks }), sealed },
    make('credential.rotated', { from, to: version, generation: nextGeneration(state), epoch: null, untested }),
    ...(from === null ? [] : [make('credential.version-superseded', { version: from, by: version })]),
  ]);
};
