import type { Refusal } from '@keyturn/contracts';
import { instructionsFor } from '@keyturn/contracts';
import type { RotationView } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { millisecondsBetween } from './awaited.ts';
import type { CommandOf } from './command.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import type { Unsaid } from './sentence.ts';
import { nextVersionNumber, openRotation, type RegisteredCredential, type Rotation, versionOf } from './state.ts';

// A rotation whose values a person makes and removes at the provider's site.

const LOOK_AT_LEAST_MS = 1_000;
const LOOK_AT_MOST_MS = 300_000;

/** The longer a person takes, the rarer a run looks by itself: what they do wakes it. */
const lookAfter = (since: string, now: string): number =>
  Math.round(Math.min(LOOK_AT_MOST_MS, Math.max(LOOK_AT_LEAST_MS, millisecondsBetween(since, now) / 10)));

/** Before the value is there: waits for it, as long as the policy does. */
export const awaitValue = (state: RegisteredCredential, { requestedAt }: Rotation, now: string): Unsaid => {
  const version = nextVersionNumber(state);
  const { valueWithinMs } = state.policy;
  const left = valueWithinMs - millisecondsBetween(requestedAt, now);
  if (left > 0) return { step: 'await-value', version, waitMs: Math.min(left, lookAfter(requestedAt, now)) };
  const why = `nobody brought a value within ${Math.round(valueWithinMs / 1000)} s`;
  return { step: 'fail-value', version, reasonCode: 'value-not-given', why };
};

export const awaitDeletion = (version: number, since: string, now: string): Unsaid => ({
  step: 'await-deletion',
  version,
  waitMs: lookAfter(since, now),
});

const openAssisted = (state: RegisteredCredential, epoch: number): Result<Rotation, Refusal> => {
  const rotation = state.rotations[epoch - 1];
  if (!rotation) return refuse({ code: 'rotation-unknown', epoch });
  if (rotation !== openRotation(state)) return refuse({ code: 'rotation-closed', epoch });
  return ok(rotation);
};

/** The value is staged, and counts as applied: it is at the provider already. */
export const giveValue = (data: CommandOf<'rotation.give-value'>, state: RegisteredCredential): Decided => {
  const { epoch, version, publicFields, masks, sealed } = data;
  const open = openAssisted(state, epoch);
  if (!open.ok) return open;
  if (open.value.strategy !== 'assisted' || open.value.serving !== null) return refuse({ code: 'value-not-awaited', epoch });
  const expected = nextVersionNumber(state);
  if (version !== expected) return refuse({ code: 'version-out-of-order', requested: version, expected });
  const make = eventsOf(state);
  return ok([
    { ...make('credential.version-staged', { version, epoch, publicFields, masks }), sealed },
    make('ledger.recorded', { kind: 'issued-not-committed', version, providerId: `version ${version}` }),
    make('credential.version-applied', { version, epoch }),
    make('rotation.value-given', { epoch, version }),
  ]);
};

/** A value that the provider refuses was mistyped: it goes, and another one is waited for. */
export const refusedValue = (state: RegisteredCredential, version: number, epoch: number): CredentialFact[] => {
  const make = eventsOf(state);
  return [make('credential.version-discarded', { version, epoch }), make('ledger.settled', { version, outcome: 'discarded' })];
};

export const reportDeletion = ({ epoch }: CommandOf<'rotation.report-deletion'>, state: RegisteredCredential): Decided => {
  const open = openAssisted(state, epoch);
  if (!open.ok) return open;
  const old = versionOf(state, open.value.retiring);
  if (open.value.strategy !== 'assisted' || old?.status !== 'revoking') return refuse({ code: 'deletion-not-awaited', epoch });
  return ok(old.loginsDeniedAt === null ? [eventsOf(state)('rotation.deletion-reported', { epoch, version: old.version })] : []);
};

/** What a person is asked to do now. */
export const asksOf = (state: RegisteredCredential, step: string): RotationView['asks'] => {
  if (step !== 'await-value' && step !== 'await-deletion') return null;
  const { site, url, make, remove } = instructionsFor(state.credentialType, versionOf(state, state.current)?.publicFields ?? {});
  return step === 'await-value' ? { what: 'value', site, url, steps: [...make] } : { what: 'deletion', site, url, steps: [...remove] };
};
