import type { Refusal } from '@keyturn/contracts';
import { ok, refuse } from '@keyturn/kernel';
import { type Facts, lostInstances } from './awaited.ts';
import { refuseChange } from './change.ts';
import type { CommandOf } from './command.ts';
import { revoked } from './decide-retirement.ts';
import { type Decided, eventsOf } from './happened.ts';
import { isReplaced, isSweepable } from './replaced.ts';
import { awaitedFor } from './replaced-proof.ts';
import { latestRotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';
import { isRetirable, type Version } from './version.ts';

// The end of what was replaced outside a rotation, on the proof that a rotation's old version has: by the sweeper, or on a person's word.

const refuseStart = (state: RegisteredCredential, version: Version, facts: Facts): Refusal | null => {
  const open = refuseChange(state);
  if (open) return open;
  const missing = awaitedFor(state, version, facts);
  return missing.length > 0 ? { code: 'revocation-not-proven', waitingFor: missing.join('; ') } : null;
};

/** From here on it can't become current again. */
export const startReplacedRevocation = (data: CommandOf<'ledger.start-revocation'>, state: RegisteredCredential): Decided => {
  const { version, evidence, facts } = data;
  const old = versionOf(state, version);
  if (old?.status === 'revoking' || old?.status === 'revoked') return ok([]);
  const epoch = latestRotation(state)?.epoch;
  if (epoch === undefined || !isReplaced(state, old) || !isSweepable(state, old))
    return refuse({ code: 'version-not-superseded', requested: version });
  const refusal = refuseStart(state, old, facts);
  if (refusal) return refuse(refusal);
  const acknowledged = Object.values(state.acknowledged).filter((said) => said.ok && said.generation === state.generation).length;
  const proof = { acknowledged, lost: [...lostInstances(state, facts)], evidence };
  return ok([eventsOf(state)('credential.revocation-started', { version, epoch, proof })]);
};

/** It is proved dead at the provider, whoever removed it there. */
export const recordReplacedRevoked = ({ version }: CommandOf<'ledger.record-revoked'>, state: RegisteredCredential): Decided => {
  const old = versionOf(state, version);
  if (old?.status === 'revoked') return ok([]);
  const epoch = latestRotation(state)?.epoch;
  if (epoch === undefined || old?.status !== 'revoking' || !isReplaced(state, old))
    return refuse({ code: 'version-not-revoking', requested: version });
  return ok(revoked(state, old, { epoch }));
};

/** A person says why nobody has to remove it any more. What the sweeper has begun to remove counts as revoked then, on their word. */
export const settleLeftover = ({ version, reason }: CommandOf<'credential.settle-leftover'>, state: RegisteredCredential): Decided => {
  const left = versionOf(state, version);
  const isOwed = state.ledger.some((entry) => entry.version === version);
  if (left && isRetirable(left.status) && left.leftAliveBecause === reason && !isOwed) return ok([]);
  if (!isReplaced(state, left)) return refuse({ code: 'nothing-left-over', version });
  const epoch = latestRotation(state)?.epoch;
  if (left.status === 'revoking' && epoch !== undefined) return ok(revoked(state, left, { epoch, unproven: 'said', because: reason }));
  return ok([eventsOf(state)('ledger.settled-by-hand', { version, because: reason })]);
};
