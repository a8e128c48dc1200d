import type { CredentialView, VersionDetail } from '@keyturn/contracts/queries';
import type { Facts } from './awaited.ts';
import { refuseRollBackTo } from './change.ts';
import { holdersOf, stillRevoking } from './deletion.ts';
import { leaseState } from './lease-fact.ts';
import type { DeletedCredential, RegisteredCredential } from './state.ts';
import type { Version } from './version.ts';
import { versionView } from './version-view.ts';
import { policyInForce } from './waits.ts';

type Lifecycle = Pick<
  CredentialView,
  'disabled' | 'change' | 'failedChange' | 'deletion' | 'deleted' | 'revealable' | 'backupRetentionDays'
>;

const DAY = 86_400_000;

/** One sentence: what a deletion waits for. */
const deletionSentence = (state: RegisteredCredential, facts: Facts): string => {
  const holders = holdersOf(state, facts);
  const versions = stillRevoking(state);
  if (holders.length > 0) return `Waiting for ${holders.join(', ')}, before anything is revoked.`;
  return `Revoking version ${versions.join(', ')} at the provider; then the data keys are deleted.`;
};

const deletionOf = (state: RegisteredCredential, facts: Facts): Lifecycle['deletion'] => {
  if (!state.deletion) return null;
  const { startedAt, by, reason } = state.deletion;
  return { at: startedAt, by, reason, revoking: [...stillRevoking(state)], sentence: deletionSentence(state, facts) };
};

const changeOf = ({ change }: RegisteredCredential): Lifecycle['change'] => {
  if (!change) return null;
  const { kind, version, askedAt, by, reason } = change;
  return { kind, version, askedAt, by, reason };
};

/** What a credential's view says of its life beside versions and rotations. */
export const lifecycleOf = (state: RegisteredCredential, facts: Facts, backupRetentionDays: number): Lifecycle => ({
  disabled: state.disabled,
  change: changeOf(state),
  failedChange: state.failedChange,
  deletion: deletionOf(state, facts),
  deleted: null,
  revealable: state.revealable,
  backupRetentionDays,
});

export const deletedOf = ({ deletedAt, by, reason, revoked, leftAliveBecause, backupRetentionDays }: DeletedCredential) => ({
  at: deletedAt,
  by,
  reason,
  revoked: [...revoked],
  leftAliveBecause,
  backupsOpenUntil: new Date(Date.parse(deletedAt) + backupRetentionDays * DAY).toISOString(),
});

/** A version with its history, and who holds it now. `isOver`: of a deleted credential, where nothing can come back. */
export const versionDetail = (state: RegisteredCredential, version: Version, facts: Facts, isOver: boolean): VersionDetail => {
  const { stagedBy, committedBy, revokingAt, endedBy, leftAliveBecause, shreddedAt, editedFrom, sameAs } = version;
  const holders = facts.leases.flatMap((lease) => {
    const hold = lease.holds.find((held) => held.version === version.version);
    const { consumer, instance } = lease;
    return hold ? [{ consumer, instance, state: leaseState(lease, policyInForce(state)), since: hold.since }] : [];
  });
  const rollBackRefused = isOver ? 'credential-deleted' : (refuseRollBackTo(state, version.version)?.code ?? null);
  const history = { stagedBy, committedBy, revokingAt, endedBy, leftAliveBecause, shreddedAt, editedFrom, sameAs };
  return { ...versionView(version), ...history, rollBackRefused, holders };
};
