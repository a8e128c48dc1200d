import { awaitedInstances, type Facts, millisecondsBetween } from './awaited.ts';
import { refuseChange } from './change.ts';
import { whyIrrevocable } from './ending.ts';
import { isSweepable, replacedDebts } from './replaced.ts';
import type { RegisteredCredential } from './state.ts';
import type { Version } from './version.ts';
import { policyInForce } from './waits.ts';

const awaitedGrace = (state: RegisteredCredential, { supersededAt }: Version, now: string): readonly string[] => {
  const left = policyInForce(state).graceMs - (supersededAt === null ? 0 : millisecondsBetween(supersededAt, now));
  return left > 0 ? [`consumers without a lease have ${Math.ceil(left / 1000)} s of grace left`] : [];
};

/** What the vault itself knows that still stands between it and its end; the provider's word on its use is asked then. */
export const awaitedFor = (state: RegisteredCredential, version: Version, facts: Facts): readonly string[] => [
  ...awaitedInstances(state, { serving: state.current, retiring: version.version }, facts),
  ...awaitedGrace(state, version, facts.now),
];

/** What the sweeper may remove now. While a rotation or a change is open that may bring it back, it waits. */
export const replacedToSettle = (state: RegisteredCredential, facts: Facts): readonly Version[] =>
  refuseChange(state) !== null || whyIrrevocable(state) !== null
    ? []
    : replacedDebts(state).filter(
        (version) => isSweepable(state, version) && (version.status === 'revoking' || awaitedFor(state, version, facts).length === 0),
      );
