import type { Refusal } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { CommandOf } from './command.ts';
import { expiryAfter } from './expiry.ts';
import { nextGeneration } from './generation.ts';
import { type Decided, eventsOf } from './happened.ts';
import { openRotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';

type Exchange = { readonly epoch: number; readonly previous: Version; readonly withdrawn: Version };

/** What a rollback would exchange, or why there is none: possible once, from the commit until the old version's revocation starts. */
export const exchangeOf = (state: RegisteredCredential): Result<Exchange, Refusal> => {
  const rotation = openRotation(state);
  const previous = versionOf(state, rotation?.retiring ?? null);
  const withdrawn = versionOf(state, state.current);
  if (!rotation || rotation.committedAt === null || !previous || !withdrawn) return refuse({ code: 'nothing-to-roll-back' });
  if (previous.status === 'revoking' || previous.status === 'revoked')
    return refuse({ code: 'revocation-started', version: previous.version });
  return previous.status === 'withdrawn' ? refuse({ code: 'nothing-to-roll-back' }) : ok({ epoch: rotation.epoch, previous, withdrawn });
};

/** Makes the version before the commit current again, under a new generation; the withdrawn one then retires in its place. */
export const rollBack = ({ reason }: CommandOf<'rotation.roll-back'>, state: RegisteredCredential): Decided => {
  const exchange = exchangeOf(state);
  if (!exchange.ok) return exchange;
  const { epoch, previous, withdrawn } = exchange.value;
  const make = eventsOf(state);
  const from = { from: withdrawn.version, to: previous.version };
  return ok([
    make('credential.version-withdrawn', { version: withdrawn.version, reason }),
    make('credential.rolled-back', { epoch, ...from, generation: nextGeneration(state), reason, ...expiryAfter(state, previous) }),
    make('ledger.settled', { version: previous.version, outcome: 'restored' }),
    make('ledger.recorded', { kind: 'superseded-not-revoked', version: withdrawn.version, providerId: withdrawn.providerId }),
  ]);
};
