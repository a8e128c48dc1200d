import { instructionsFor } from '@keyturn/contracts';
import type { RotationView } from '@keyturn/contracts/queries';
import { ok, refuse } from '@keyturn/kernel';
import { millisecondsBetween } from './awaited.ts';
import { sameAsOf, settledByBringing } from './brought-again.ts';
import type { CommandOf } from './command.ts';
import { revoked, type Unproven } from './decide-retirement.ts';
import { endingAt } from './expiry.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import { isTestable } from './provider-abilities.ts';
import type { Unsaid } from './sentence.ts';
import type { Rotation } from './rotation.ts';
import { providerIdOf } from './provider-id.ts';
import { haveSameSecret, nextVersionNumber, openOf, type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';
import { approvedAt, refuseUnapproved } from './unapproved.ts';

// A rotation whose values a person makes and removes at the provider's site.

const LOOK_AT_LEAST_MS = 1_000;
const LOOK_AT_MOST_MS = 300_000;

/** The longer a person takes, the rarer a run looks by itself: what they do wakes it. */
export const lookAfter = (since: string, now: string): number =>
  Math.round(Math.min(LOOK_AT_MOST_MS, Math.max(LOOK_AT_LEAST_MS, millisecondsBetween(since, now) / 10)));

/** Before the value is there: waits for it, as long as the policy does. While others must approve it first, nobody may bring one. */
export const awaitValue = (state: RegisteredCredential, rotation: Rotation, now: string): Unsaid => {
  const version = nextVersionNumber(state);
  const { valueWithinMs } = state.policy;
  const since = approvedAt(rotation) ?? rotation.requestedAt;
  const left = valueWithinMs - millisecondsBetween(since, now);
  if (left > 0) return { step: 'await-value', version, waitMs: Math.min(left, lookAfter(since, now)) };
  const why = `nobody brought a value within ${Math.round(valueWithinMs / 1000)} s`;
  return { step: 'fail-value', version, reasonCode: 'value-not-given', why };
};

export const awaitDeletion = (version: number, since: string, now: string): Unsaid => ({
  step: 'await-deletion',
  version,
  waitMs: lookAfter(since, now),
});

/**
 * How much longer a provider that can't be asked is asked about what a person brought: as long as they had to bring it. It is there already, and
 * where a new value ends the one before, nothing else works.
 */
export const patienceWith = (
  state: RegisteredCredential,
  { strategy }: Rotation,
  { stagedAt }: Version,
  now: string,
): { readonly patienceMs?: number } =>
  strategy === 'assisted' ? { patienceMs: Math.max(0, Math.round(state.policy.valueWithinMs - millisecondsBetween(stagedAt, now))) } : {};

/** The value is staged, and counts as applied: it is at the provider already. */
export const giveValue = (data: CommandOf<'rotation.give-value'>, state: RegisteredCredential): Decided => {
  const { epoch, version, publicFields, masks, sealed } = data;
  const again = sameAsOf(state, data.sameAs);
  const open = openOf(state, epoch);
  if (!open.ok) return open;
  if (open.value.strategy !== 'assisted' || open.value.serving !== null) return refuse({ code: 'value-not-awaited', epoch });
  const unapproved = refuseUnapproved(open.value);
  if (unapproved) return refuse(unapproved);
  const expected = nextVersionNumber(state);
  if (version !== expected) return refuse({ code: 'version-out-of-order', requested: version, expected });
  const brought = { version, publicFields, editedFrom: null, sameAs: again.sameAs ?? null };
  const heir = { ...brought, providerId: providerIdOf(state, brought) };
  const current = versionOf(state, state.current);
  // Who removed the old value in the end would remove this one.
  if (current && haveSameSecret(state, current, heir)) return refuse({ code: 'value-in-use', version: current.version });
  const make = eventsOf(state);
  return ok([
    { ...make('credential.version-staged', { version, epoch, publicFields, masks, ...again, ...endingAt(data.expiresAt) }), sealed },
    make('ledger.recorded', { kind: 'issued-not-committed', version, providerId: heir.providerId }),
    make('credential.version-applied', { version, epoch }),
    make('rotation.value-given', { epoch, version }),
    ...settledByBringing(state, heir),
  ]);
};

/** Another value is waited for: one that the provider doesn't know was mistyped, and goes; one that it may know is owed until it is dead. */
export const refusedValue = (
  state: RegisteredCredential,
  { version, epoch, verdict }: { readonly version: number; readonly epoch: number; readonly verdict: 'invalid' | 'forbidden' },
): CredentialFact[] =>
  verdict === 'invalid'
    ? discarded(state, version, { epoch })
    : [eventsOf(state)('credential.discard-started', { version, epoch, why: 'candidate-test-failed', replaceable: true })];

const discarded = (state: RegisteredCredential, version: number, how: { readonly epoch: number } & Unproven): CredentialFact[] => {
  const make = eventsOf(state);
  return [make('credential.version-discarded', { version, ...how }), make('ledger.settled', { version, outcome: 'discarded' })];
};

/** Why a person's word has to do, or null where the provider is asked. */
const unprovenOf = (state: RegisteredCredential, { publicFields, ...version }: Version, because: string | undefined): Unproven | null => {
  if (!isTestable(state.credentialType, publicFields)) return { unproven: 'no-test' };
  const wasAsked = version.status === 'discarding' || version.loginsDeniedAt !== null;
  return because !== undefined && wasAsked ? { unproven: 'said', because } : null;
};

/** What an assisted rotation brought to the provider, and did not commit. */
const leftOver = (state: RegisteredCredential, { epoch, strategy }: Rotation): Version | undefined =>
  strategy === 'assisted' ? state.versions.find((version) => version.epoch === epoch && version.status === 'discarding') : undefined;

/**
 * Whether it is dead, the provider is asked from now on. Where nobody can ask it, or it was asked and can't say so and the person says why, the
 * person's word is all there is, also on what a rotation left there: the version is revoked or discarded, unproven.
 */
export const reportDeletion = ({ epoch, unprovenBecause }: CommandOf<'rotation.report-deletion'>, state: RegisteredCredential): Decided => {
  const rotation = state.rotations[epoch - 1];
  if (!rotation) return refuse({ code: 'rotation-unknown', epoch });
  const word = ({ version }: Version) => eventsOf(state)('rotation.deletion-reported', { epoch, version });
  const left = leftOver(state, rotation);
  const unasked = left && unprovenOf(state, left, unprovenBecause);
  if (left && unasked) return ok([word(left), ...discarded(state, left.version, { epoch, ...unasked })]);
  const open = openOf(state, epoch);
  if (!open.ok) return open;
  const old = versionOf(state, rotation.retiring);
  if (rotation.strategy !== 'assisted' || old?.status !== 'revoking') return refuse({ code: 'deletion-not-awaited', epoch });
  const unproven = unprovenOf(state, old, unprovenBecause);
  if (unproven) return ok([word(old), ...revoked(state, old, { epoch, ...unproven })]);
  return ok(old.loginsDeniedAt === null ? [word(old)] : []);
};

/** What a person is asked to do now. */
export const asksOf = (state: RegisteredCredential, step: string): RotationView['asks'] => {
  if (step !== 'await-value' && step !== 'await-deletion') return null;
  const { site, url, make, remove } = instructionsFor(state.credentialType, versionOf(state, state.current)?.publicFields ?? {});
  return step === 'await-value' ? { what: 'value', site, url, steps: [...make] } : { what: 'deletion', site, url, steps: [...remove] };
};
