import { awaitedInstances, awaitedWithin, type Facts, millisecondsBetween } from './awaited.ts';
import { refuseChange } from './change.ts';
import { whyIrrevocable } from './ending.ts';
import { isReplaced, isSweepable, replacedDebts } from './replaced.ts';
import type { RegisteredCredential } from './state.ts';
import type { Version } from './version.ts';
import { policyInForce } from './waits.ts';

const awaitedGrace = (state: RegisteredCredential, { supersededAt }: Version, now: string): readonly string[] =>
  awaitedWithin(policyInForce(state).graceMs - (supersededAt === null ? 0 : millisecondsBetween(supersededAt, now)));

/** What the vault itself knows that still stands between it and its end; the provider's word on its use is asked then. */
export const awaitedFor = (state: RegisteredCredential, version: Version, facts: Facts): readonly string[] => [
  ...awaitedInstances(state, { serving: state.current, retiring: version.version }, facts),
  ...awaitedGrace(state, version, facts.now),
];

/** Does Keyturn remove it by itself, once its time has come? */
const isRemovedByUs = (state: RegisteredCredential, version: Version): boolean =>
  whyIrrevocable(state) === null && isSweepable(state, version);

/** For whom the removal of what was replaced waits; null where it waits for nobody, or Keyturn doesn't remove it. */
export const removalWaitsFor = (state: RegisteredCredential, version: Version, facts: Facts): string | null => {
  if (!isReplaced(state, version) || !isRemovedByUs(state, version) || version.status === 'revoking') return null;
  const waitingFor = awaitedFor(state, version, facts);
  return waitingFor.length === 0 ? null : `Waiting: ${waitingFor.join('; ')}.`;
};

/** What the sweeper may remove now. While a rotation or a change is open that may bring it back, it waits. */
export const replacedToSettle = (state: RegisteredCredential, facts: Facts): readonly Version[] =>
  refuseChange(state) !== null
    ? []
    : replacedDebts(state).filter(
        (version) => isRemovedByUs(state, version) && (version.status === 'revoking' || awaitedFor(state, version, facts).length === 0),
      );
