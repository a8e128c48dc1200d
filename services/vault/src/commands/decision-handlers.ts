import type { Actor, Refusal, Reply, RotationPolicy } from '@keyturn/contracts';
import { isAllowed } from '@keyturn/contracts/access';
import type { ForceOutcome, RotationApproved, RotationExtended, VaultCommandData } from '@keyturn/contracts/commands';
import { deadlineOf } from '../credential/deadline.ts';
import type { CredentialFact } from '../credential/happened.ts';
import { type Credential, knownOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { factsUnderLock } from '../facts.ts';
import { submitToCredential } from './credential-job.ts';
import type { Opened } from './opened.ts';
import { refuseUnlessRecent } from './recent-login.ts';

type OfEpoch = { readonly credentialId: string; readonly epoch: number };

/** A second person forces as the first does: they must be allowed to, and have signed in recently. */
const refuseForcing = (actor: Actor, now: string): Refusal | null =>
  isAllowed('rotation.force', 'system', actor.roles ?? [])
    ? refuseUnlessRecent('rotation.force', actor, now)
    : { code: 'not-allowed', action: 'rotation.force' };

const approved = (made: readonly CredentialFact[], before: Credential, { credentialId, epoch }: OfEpoch): RotationApproved => {
  const said = made.find((event) => event.type === 'rotation.approved')?.data;
  if (said) return { credentialId, epoch, of: said.of, given: said.given, needed: said.needed };
  const rotation = knownOf(before)?.rotations[epoch - 1];
  return { credentialId, epoch, of: 'rotation', given: rotation?.approvals.length ?? 0, needed: rotation?.approvalsNeeded ?? 0 };
};

/** A person agrees that a rotation begins, or that it is forced. */
export const approveRotation = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'rotation.approve'>): Promise<Reply> => {
  const { credentialId, epoch, note } = data;
  const { actor: by } = opened;
  return submitToCredential(deps, opened, {
    credentialId,
    standsOnLeases: true,
    command: (context) => ({
      type: 'rotation.approve',
      data: {
        epoch,
        by,
        facts: factsUnderLock(context),
        refuseForcing: refuseForcing(by, context.now),
        ...(note === undefined ? {} : { note }),
      },
    }),
    verdict: (made, before) => approved(made, before, data),
  });
};

export const rejectRotation = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'rotation.reject'>): Promise<Reply> => {
  const { credentialId, epoch, reason } = data;
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'rotation.reject', data: { epoch, by: opened.actor, reason } }),
    verdict: () => ({ credentialId, epoch }),
  });
};

const forced = (made: readonly CredentialFact[], before: Credential, { credentialId, epoch }: OfEpoch): ForceOutcome => {
  const done = made.find((event) => event.type === 'rotation.forced')?.data;
  if (done) return { credentialId, epoch, status: 'forced', cutOff: done.cutOff };
  const asked = made.find((event) => event.type === 'rotation.force-asked')?.data.cutOff;
  const cutOff = asked ?? knownOf(before)?.rotations[epoch - 1]?.forceAsked?.cutOff ?? [];
  return { credentialId, epoch, status: 'awaiting-approval', cutOff: [...cutOff] };
};

/** A person has the old version of a held rotation revoked without the proof. */
export const forceRotation = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'rotation.force'>): Promise<Reply> => {
  const { credentialId, epoch, version, reason } = data;
  const meant = version === undefined ? {} : { version };
  return submitToCredential(deps, opened, {
    credentialId,
    standsOnLeases: true,
    command: (context) => ({
      type: 'rotation.force',
      data: { epoch, ...meant, reason, by: opened.actor, facts: factsUnderLock(context) },
    }),
    verdict: (made, before) => forced(made, before, data),
  });
};

const extended = (made: readonly CredentialFact[], before: Credential, { credentialId, epoch }: OfEpoch): RotationExtended => {
  const known = knownOf(before);
  const rotation = known?.rotations[epoch - 1];
  const extraMs = made.find((event) => event.type === 'rotation.extended')?.data.extraMs ?? 0;
  const deadlineAt = known && rotation ? deadlineOf(known, { ...rotation, extraMs }) : null;
  return { credentialId, epoch, deadlineAt };
};

/** A person gives a rotation more time. */
export const extendRotation = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'rotation.extend'>): Promise<Reply> => {
  const { credentialId, epoch, byMs, reason } = data;
  return submitToCredential(deps, opened, {
    credentialId,
    command: ({ now }) => ({ type: 'rotation.extend', data: { epoch, byMs, reason, now } }),
    verdict: (made, before) => extended(made, before, data),
  });
};

/** What is said of the policy, without what isn't. */
const settingsOf = (policy: VaultCommandData<'credential.change-policy'>['policy']): Partial<RotationPolicy> =>
  Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined));

export const changeRotationPolicy = (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'credential.change-policy'>,
): Promise<Reply> => {
  const { credentialId, policy, reason } = data;
  const settings = settingsOf(policy);
  return submitToCredential(deps, opened, {
    credentialId,
    command: ({ now }) => ({ type: 'credential.change-policy', data: { settings, reason, by: opened.actor, now } }),
    verdict: (_made, before) => ({ credentialId, policy: { ...knownOf(before)?.policy, ...settings } }),
  });
};
