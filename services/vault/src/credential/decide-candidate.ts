import { ok, refuse } from '@keyturn/kernel';
import type { CommandOf } from './command.ts';
import { type Decided, eventsOf } from './happened.ts';
import { nextVersionNumber, openRotation, type RegisteredCredential, type Rotation, versionOf } from './state.ts';

// The first half of a rotation: from a candidate to its commit, and back.

export const stageCandidate = (data: CommandOf<'epoch.stage-candidate'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  if (rotation.serving !== null) return refuse({ code: 'version-pending', pending: rotation.serving });
  const expected = nextVersionNumber(state);
  if (data.version !== expected) return refuse({ code: 'version-out-of-order', requested: data.version, expected });
  const { version, epoch, publicFields, masks, providerId, sealed } = data;
  const make = eventsOf(state);
  return ok([
    { ...make('credential.version-staged', { version, epoch, publicFields, masks }), sealed },
    make('ledger.recorded', { kind: 'issued-not-committed', version, providerId }),
  ]);
};

export const recordApplied = ({ version, epoch }: CommandOf<'epoch.record-applied'>, state: RegisteredCredential): Decided => {
  const candidate = versionOf(state, version);
  if (candidate?.appliedAt) return ok([]);
  if (candidate?.status !== 'pending') return refuse({ code: 'version-not-pending', requested: version });
  return ok([eventsOf(state)('credential.version-applied', { version, epoch })]);
};

export const recordTested = (data: CommandOf<'epoch.record-tested'>, state: RegisteredCredential): Decided => {
  const candidate = versionOf(state, data.version);
  if (candidate?.tested?.verdict === 'valid') return ok([]);
  if (candidate?.status !== 'pending') return refuse({ code: 'version-not-pending', requested: data.version });
  if (candidate.appliedAt === null) return refuse({ code: 'version-not-applied', requested: data.version });
  return ok([eventsOf(state)('credential.version-tested', data)]);
};

/** ADR-0006: stage, test, then commit. */
export const commit = ({ version, epoch }: CommandOf<'epoch.commit'>, state: RegisteredCredential): Decided => {
  if (version === state.current) return ok([]);
  const candidate = versionOf(state, version);
  if (candidate?.status !== 'pending') return refuse({ code: 'version-not-pending', requested: version });
  if (candidate.tested?.verdict !== 'valid') return refuse({ code: 'version-untested', requested: version });
  const old = versionOf(state, state.current);
  const make = eventsOf(state);
  return ok([
    make('credential.rotated', { from: state.current, to: version, generation: state.generation + 1, epoch }),
    make('ledger.settled', { version, outcome: 'committed' }),
    ...(old === undefined
      ? []
      : [
          make('credential.version-superseded', { version: old.version, by: version }),
          make('ledger.recorded', { kind: 'superseded-not-revoked', version: old.version, providerId: old.providerId }),
        ]),
  ]);
};

export const acknowledge = (data: CommandOf<'credential.acknowledge'>, state: RegisteredCredential): Decided => {
  const { consumer, instance, version, generation, elapsedMs, ok: works, sentence } = data;
  if (generation !== state.generation || version !== state.current) return refuse({ code: 'ack-stale', generation: state.generation });
  const known = state.acknowledged[`${consumer}/${instance}`];
  if (known?.generation === generation && known.ok === works) return ok([]);
  const make = eventsOf(state);
  const report = { consumer, instance, version, generation, elapsedMs };
  return ok([works ? make('credential.version-acknowledged', report) : make('credential.version-nacked', { ...report, sentence })]);
};

/** Possible from the commit until the revocation of the version before it starts. The withdrawn version then retires in its place. */
export const rollBack = ({ reason }: CommandOf<'rotation.roll-back'>, state: RegisteredCredential): Decided => {
  const rotation = openRotation(state);
  const previous = versionOf(state, rotation?.retiring ?? null);
  const withdrawn = versionOf(state, state.current);
  if (!rotation || rotation.committedAt === null || !previous || !withdrawn) return refuse({ code: 'nothing-to-roll-back' });
  if (previous.status === 'revoking' || previous.status === 'revoked')
    return refuse({ code: 'revocation-started', version: previous.version });
  if (previous.status === 'withdrawn') return refuse({ code: 'nothing-to-roll-back' });
  const make = eventsOf(state);
  return ok([
    make('credential.version-withdrawn', { version: withdrawn.version, reason }),
    make('credential.rolled-back', { from: withdrawn.version, to: previous.version, generation: state.generation + 1, reason }),
    make('ledger.settled', { version: previous.version, outcome: 'restored' }),
    make('ledger.recorded', { kind: 'superseded-not-revoked', version: withdrawn.version, providerId: withdrawn.providerId }),
  ]);
};
