import type { Refusal, Reply } from '@keyturn/contracts';
import { Revealed, type VaultCommandData } from '@keyturn/contracts/commands';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { isInspecting } from '../credential/inspection.ts';
import { openRotation } from '../credential/rotation.ts';
import { aliveOf, isUnchecked, type RegisteredCredential, versionOf } from '../credential/state.ts';
import { isLive, type Version } from '../credential/version.ts';
import { mayBeUsedFor } from '../credential/issuer-server.ts';
import { isSweepable, replacedDebts } from '../credential/replaced.ts';
import { approvalsMissing } from '../credential/unapproved.ts';
import { unstagedDebts } from '../credential/unsettled.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { jobOf, type Opened } from './opened.ts';

type Wanted = VaultCommandData<'epoch.reveal'>;

/** A test opens the version that it is of, and its issuer where that is looked at, too. */
const testPurpose = (state: RegisteredCredential, wanted: Wanted): string | null => {
  const { change, testAsked, address, current } = state;
  if (wanted.what !== 'version') return isInspecting(state) ? `looking whether it may rotate ${address}` : null;
  const version = wanted.version ?? current;
  if (change?.version === version) return `testing version ${version} of ${address}`;
  if (testAsked?.version !== version) return null;
  const why = testAsked?.by.kind === 'service' ? 'as is done once a day' : 'as somebody asked';
  return `testing version ${version} of ${address}, ${why}`;
};

/** Why the worker may have it now: an open epoch, an errand or an unsettled candidate. Null where it may not. */
const purposeFor = (state: RegisteredCredential, data: Wanted): string | null => {
  const rotation = openRotation(state);
  // Before it is approved nothing is done for it, nor at its provider for anything else: what is in use may be tested.
  if (rotation && approvalsMissing(rotation) > 0) return testPurpose(state, data);
  if (rotation) return `rotation ${rotation.epoch} of ${state.address}`;
  const test = testPurpose(state, data);
  if (test !== null) return test;
  if (state.deletion) return `revoking ${state.address}, which is being deleted`;
  const isOwed =
    state.versions.some((version) => version.status === 'discarding') ||
    unstagedDebts(state).length > 0 ||
    replacedDebts(state).some((version) => isSweepable(state, version));
  return isOwed ? `settling the ledger of ${state.address}` : null;
};

/** The current version alone, while it waits for its recheck after a restore. */
const recheckPurpose = (deps: VaultDeps, state: RegisteredCredential, data: Wanted): string | null => {
  const held = deps.hold.restore();
  const isCurrent = data.what === 'version' && (data.version ?? state.current) === state.current;
  return held && isCurrent && isUnchecked(state, held.incarnation) ? `testing ${state.address} after a restore` : null;
};

const wanted = (state: RegisteredCredential, issuer: RegisteredCredential | null, data: Wanted): Result<Version, Refusal> => {
  const owner = data.what === 'issuer' ? issuer : state;
  if (!owner) return refuse({ code: 'issuer-missing' });
  if (data.what === 'issuer' && owner.disabled) return refuse({ code: 'credential-disabled' });
  const version = versionOf(owner, data.what === 'issuer' ? owner.current : (data.version ?? state.current));
  return version && isLive(version) ? ok(version) : refuse({ code: 'version-unknown', requested: data.version ?? 0 });
};

/** Seals to the worker what an open epoch or the ledger needs, and nothing else; recorded before it is answered. */
export const revealToWorker = async (deps: VaultDeps, opened: Opened, data: Wanted): Promise<Reply> => {
  if (!opened.request.canSeal) return { refusal: { code: 'link-unknown' } };
  const known = aliveOf(await deps.log.state(credentialFold, streamOf.credential(data.credentialId)));
  if (!known.ok) return { refusal: known.refusal };
  const { issuer: issuerId } = known.value;
  const issuerState = issuerId === null ? null : await deps.log.state(credentialFold, streamOf.credential(issuerId));
  const issuer = issuerState?.status === 'registered' ? issuerState : null;
  const ownerId = data.what === 'issuer' && issuer ? issuer.credentialId : data.credentialId;
  const verdict = await deps.log.submit(credentialFold, {
    ...jobOf(deps, opened),
    stream: streamOf.credential(data.credentialId),
    joins: [streamOf.access(ownerId)],
    decide: (now) => {
      const alive = aliveOf(now);
      if (!alive.ok) return alive;
      const state = alive.value;
      const purpose = purposeFor(state, data) ?? recheckPurpose(deps, state, data);
      if (purpose === null) return refuse({ code: 'not-allowed', action: 'epoch.reveal' });
      const version = wanted(state, issuer, data);
      if (!version.ok) return version;
      if (data.what === 'issuer' && issuer && !mayBeUsedFor(state, issuer)) return refuse({ code: 'issuer-elsewhere' });
      const owner = data.what === 'issuer' && issuer ? issuer : state;
      const { credentialId, address } = owner;
      const revealed = { credentialId, address, version: version.value.version, recipient: 'rotation-worker', purpose };
      const verdictData = { credentialId, address, version: version.value.version, publicFields: version.value.publicFields };
      return ok({ events: [{ type: 'secret.revealed', data: revealed, stream: streamOf.access(credentialId) }], verdict: verdictData });
    },
  });
  return 'ok' in verdict ? answer(deps, opened, Revealed.parse(verdict.ok)) : { refusal: verdict.refusal };
};

const answer = async (deps: VaultDeps, opened: Opened, revealed: Revealed): Promise<Reply> => {
  const owner = await deps.log.state(credentialFold, streamOf.credential(revealed.credentialId));
  const version = owner.status === 'registered' ? versionOf(owner, revealed.version) : undefined;
  if (owner.status !== 'registered' || !version) throw new Error(`version ${revealed.version} of ${revealed.credentialId} is gone`);
  const secret = await deps.safe.open(owner, version);
  return opened.request.answer(revealed, new Sensitive({ fields: { ...version.publicFields, ...secret.fields.reveal() } }));
};
