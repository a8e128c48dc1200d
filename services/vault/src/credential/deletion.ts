import { ok, refuse } from '@keyturn/kernel';
import type { Facts } from './awaited.ts';
import { refuseChange } from './change.ts';
import type { CommandOf } from './command.ts';
import { endOf, whyIrrevocable } from './ending.ts';
import { type Decided, eventsOf } from './happened.ts';
import { leaseState } from './lease-fact.ts';
import { latestRotation } from './rotation.ts';
import { liveVersions, type RegisteredCredential, versionOf } from './state.ts';
import { unstagedDebts } from './unsettled.ts';
import { policyInForce } from './waits.ts';

// The end of a credential: nobody holds it, the provider accepts it no more (or it is said why it does), then its data keys go.

/** Whoever still holds a version, one clause each: live and silent instances count, lost ones do not. */
export const holdersOf = (state: RegisteredCredential, facts: Facts): readonly string[] =>
  facts.leases.flatMap((lease) => {
    const standing = leaseState(lease, policyInForce(state));
    if (lease.holds.length === 0 || standing === 'lost' || standing === 'ended') return [];
    const versions = lease.holds.map((hold) => hold.version).join(', ');
    return [`${lease.consumer}/${lease.instance} (version ${versions}${standing === 'silent' ? ', silent' : ''})`];
  });

/** The versions under deletion that the provider may still accept. */
export const stillRevoking = (state: RegisteredCredential): readonly number[] =>
  state.deletion === null ? [] : state.versions.filter(({ status }) => status === 'revoking').map(({ version }) => version);

const revokedByDeletion = (state: RegisteredCredential): number[] => {
  const since = state.deletion?.startedAt;
  return since === undefined
    ? []
    : state.versions.filter(({ revokingAt, status }) => revokingAt === since && status === 'revoked').map(({ version }) => version);
};

/** Refused while anybody needs it; with `leftAliveBecause` it also ends a deletion that the provider holds up. */
export const deleteCredential = (data: CommandOf<'credential.delete'>, state: RegisteredCredential): Decided => {
  const { confirm, reason, leftAliveBecause, managed, facts, backupRetentionDays } = data;
  if (confirm !== state.address) return refuse({ code: 'confirmation-wrong' });
  const refusal = refuseChange(state);
  if (refusal) return refuse(refusal);
  const discarding = state.versions.filter(({ status }) => status === 'discarding').length + unstagedDebts(state).length;
  if (discarding > 0) return refuse({ code: 'ledger-open', entries: discarding });
  if (managed.length > 0) return refuse({ code: 'issuer-in-use', credentials: [...managed] });
  const holders = holdersOf(state, facts);
  if (holders.length > 0) return refuse({ code: 'version-held', holders: [...holders] });
  const ending = { reason, revoked: revokedByDeletion(state), leftAliveBecause, backupRetentionDays };
  if (leftAliveBecause !== undefined) return ok(endOf(state, ending));
  if (state.deletion) return ok([]);
  const versions = [...liveVersions(state)];
  if (versions.length === 0) return ok(endOf(state, ending));
  const why = whyIrrevocable(state);
  if (why !== null) return refuse({ code: 'revocation-impossible', why });
  return ok([eventsOf(state)('credential.deletion-started', { epoch: (latestRotation(state)?.epoch ?? 0) + 1, versions, reason })]);
};

/**
 * A restore brought back what the lost log had deleted. Whatever it is in the middle of, it ends here: it was over, and its provider was
 * dealt with then.
 */
export const repeatDeletion = ({ revoked, ...said }: CommandOf<'credential.repeat-deletion'>, state: RegisteredCredential): Decided =>
  ok(endOf(state, { ...said, revoked: [...revoked] }));

/** The worker proved a version dead at the provider; with the last of them the credential ends. */
export const recordErrandRevoked = (data: CommandOf<'errand.record-revoked'>, state: RegisteredCredential): Decided => {
  const { version, backupRetentionDays } = data;
  const known = versionOf(state, version);
  if (known?.status === 'revoked') return ok([]);
  if (!state.deletion || known?.status !== 'revoking') return refuse({ code: 'version-not-revoking', requested: version });
  const { epoch, reason } = state.deletion;
  const make = eventsOf(state);
  const isOwed = state.ledger.some((entry) => entry.version === version);
  const revoked = [
    make('credential.version-revoked', { version, epoch }),
    ...(isOwed ? [make('ledger.settled', { version, outcome: 'revoked' })] : []),
  ];
  if (stillRevoking(state).some((other) => other !== version)) return ok(revoked);
  return ok([
    ...revoked,
    ...endOf(state, { reason, revoked: [...revokedByDeletion(state), version].toSorted((a, b) => a - b), backupRetentionDays }),
  ]);
};
