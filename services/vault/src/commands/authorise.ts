import type { Actor, Refusal } from '@keyturn/contracts';
import type { VaultCommandName } from '@keyturn/contracts/commands';

/**
 * Who may command what. `worker` is the rotation worker's own NATS identity; the others are roles that the gateway asserts. Default deny;
 * `null`: its handler decides, on more than a role.
 */
const MAY = {
  'credential.register': ['admin', 'operator'],
  'credential.disable': ['admin', 'operator'],
  'credential.enable': ['admin', 'operator'],
  'credential.edit': ['admin', 'operator'],
  'credential.roll-back': ['admin', 'operator'],
  'credential.request-test': ['admin', 'operator'],
  'credential.compare': ['admin', 'operator', 'auditor'],
  'credential.reveal': ['admin'],
  'credential.change-reveal-policy': ['admin'],
  'credential.delete': ['admin'],
  'credential.change-details': ['admin', 'operator'],
  'credential.stage-value': ['admin', 'operator'],
  'credential.verify-value': ['admin', 'operator'],
  'credential.resolve': null,
  'legacy-user.map': ['admin'],
  'rotation.request': ['admin', 'operator'],
  'rotation.roll-back': ['admin', 'operator'],
  'consumer.register': ['admin'],
  'consumer.issue-token': ['admin'],
  'consumer.revoke-token': ['admin'],
  'consumer.issue-credentials': null,
  'person.revoke-sessions': null,
  'key-ring.add': ['admin'],
  'key-ring.activate': ['admin'],
  'key-ring.rewrap': ['admin'],
  'key-ring.retire': ['admin'],
  'backup.start': ['admin'],
  'restore.publish': ['admin'],
  'epoch.stage-candidate': ['worker'],
  'epoch.record-applied': ['worker'],
  'epoch.record-tested': ['worker'],
  'epoch.ask-preflight': ['worker'],
  'epoch.commit': ['worker'],
  'epoch.record-evidence': ['worker'],
  'epoch.hold': ['worker'],
  'epoch.start-revocation': ['worker'],
  'epoch.record-logins-denied': ['worker'],
  'epoch.record-revoked': ['worker'],
  'epoch.complete': ['worker'],
  'epoch.fail': ['worker'],
  'epoch.reveal': ['worker'],
  'ledger.record-discarded': ['worker'],
  'errand.record-tested': ['worker'],
  'errand.record-revoked': ['worker'],
  'ledger.record-revoke-failed': ['worker'],
} as const satisfies Record<VaultCommandName, readonly string[] | null>;

/** The worker acts under its own name, whatever its message claims: only it may publish on these subjects. */
export const WORKER: Actor = { kind: 'service', id: 'rotation-worker', roles: ['worker'] };

export const isWorkerCommand = (type: VaultCommandName): boolean => MAY[type]?.some((role) => role === 'worker') ?? false;

export const refuseUnlessAllowed = (type: VaultCommandName, actor: Actor): Refusal | null =>
  (MAY[type]?.some((role) => actor.roles?.includes(role)) ?? true) ? null : { code: 'not-allowed', action: type };
