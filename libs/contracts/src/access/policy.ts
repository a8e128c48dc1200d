/** Who somebody can be, by the sign-in provider's word. */
export const ROLES = ['admin', 'operator', 'auditor', 'user'] as const;
export type Role = (typeof ROLES)[number];

/** Whose a credential is, seen from whoever asks: the company's, the caller's own, or another person's. */
export const REACHES = ['system', 'own', 'others'] as const;
export type Reach = (typeof REACHES)[number];

type Roles = readonly Role[];

const NOBODY: Roles = [];
const ADMINS: Roles = ['admin'];
export const WRITERS = ['admin', 'operator'] as const satisfies Roles;
export const READERS = ['admin', 'operator', 'auditor'] as const satisfies Roles;
/** Who may look through everything that anybody did. */
export const AUDITORS = ['admin', 'auditor'] as const satisfies Roles;
/** Everybody but the auditor, who reads and changes nothing. */
export const OWNERS = ['admin', 'operator', 'user'] as const satisfies Roles;
const ANYBODY: Roles = ROLES;

/**
 * The policy: for each action the roles that may do it, to what is the system's, one's own, and another person's. What is not here, nobody
 * may. The vault and audit decide by it, the gateway's doors are made of it, and the docs show it (`docs/policy.md`).
 */
export const POLICY = {
  // action                              the system's  one's own  another person's
  'credential.list': /*             */ [READERS, ANYBODY, READERS],
  'credential.count': /*            */ [READERS, NOBODY, NOBODY],
  'credential.export': /*           */ [READERS, NOBODY, NOBODY],
  'credential.record-export': /*    */ [READERS, NOBODY, NOBODY],
  'credential.get': /*              */ [READERS, ANYBODY, READERS],
  'credential.versions': /*         */ [READERS, ANYBODY, READERS],
  'credential.consumers': /*        */ [READERS, ANYBODY, READERS],
  'credential.tests': /*            */ [READERS, ANYBODY, READERS],
  'credential.change': /*           */ [READERS, ANYBODY, READERS],
  'credential.schedule': /*         */ [READERS, ANYBODY, READERS],
  'credential.compare': /*          */ [READERS, ANYBODY, NOBODY],
  'credential.register': /*         */ [WRITERS, OWNERS, ADMINS],
  'credential.change-details': /*   */ [WRITERS, OWNERS, NOBODY],
  'credential.edit': /*             */ [WRITERS, OWNERS, NOBODY],
  'credential.stage-value': /*      */ [WRITERS, OWNERS, NOBODY],
  'credential.verify-value': /*     */ [WRITERS, WRITERS, WRITERS],
  'credential.request-test': /*     */ [WRITERS, OWNERS, NOBODY],
  'credential.roll-back': /*        */ [WRITERS, OWNERS, NOBODY],
  'credential.settle-leftover': /*  */ [WRITERS, NOBODY, NOBODY],
  'credential.disable': /*          */ [WRITERS, OWNERS, ADMINS],
  'credential.enable': /*           */ [WRITERS, OWNERS, ADMINS],
  'credential.delete': /*           */ [ADMINS, OWNERS, ADMINS],
  'credential.delete-only': /*      */ [NOBODY, OWNERS, NOBODY],
  'credential.reveal': /*           */ [ADMINS, OWNERS, NOBODY],
  'credential.change-schedule': /*  */ [WRITERS, NOBODY, NOBODY],
  'credential.change-policy': /*    */ [ADMINS, NOBODY, NOBODY],
  'credential.change-reveal-policy': [ADMINS, NOBODY, NOBODY],
  'llm.choice': /*                  */ [READERS, ANYBODY, NOBODY],
  'llm.config': /*                  */ [READERS, ANYBODY, NOBODY],
  'llm.choose': /*                  */ [ADMINS, OWNERS, NOBODY],
  'llm.clear-choice': /*            */ [ADMINS, OWNERS, NOBODY],
  'execution-server.list': /*       */ [READERS, ANYBODY, NOBODY],
  'execution-server.get': /*        */ [READERS, ANYBODY, NOBODY],
  'execution-server.chosen': /*     */ [READERS, ANYBODY, NOBODY],
  'execution-server.set': /*        */ [ADMINS, OWNERS, NOBODY],
  'execution-server.remove': /*     */ [ADMINS, OWNERS, NOBODY],
  'rotation.request': /*            */ [WRITERS, NOBODY, NOBODY],
  'rotation.roll-back': /*          */ [WRITERS, NOBODY, NOBODY],
  'rotation.cancel': /*             */ [WRITERS, NOBODY, NOBODY],
  'rotation.approve': /*            */ [WRITERS, NOBODY, NOBODY],
  'rotation.reject': /*             */ [WRITERS, NOBODY, NOBODY],
  'rotation.extend': /*             */ [WRITERS, NOBODY, NOBODY],
  'rotation.force': /*              */ [ADMINS, NOBODY, NOBODY],
  'rotation.give-value': /*         */ [WRITERS, NOBODY, NOBODY],
  'rotation.report-deletion': /*    */ [WRITERS, NOBODY, NOBODY],
  'rotation.dry-run': /*            */ [READERS, NOBODY, NOBODY],
  'rotation.get': /*                */ [READERS, ANYBODY, READERS],
  'bulk-rotation.request': /*       */ [WRITERS, NOBODY, NOBODY],
  'bulk-rotation.pause': /*         */ [WRITERS, NOBODY, NOBODY],
  'bulk-rotation.resume': /*        */ [WRITERS, NOBODY, NOBODY],
  'bulk-rotation.cancel': /*        */ [WRITERS, NOBODY, NOBODY],
  'bulk-rotation.list': /*          */ [READERS, NOBODY, NOBODY],
  'bulk-rotation.get': /*           */ [READERS, NOBODY, NOBODY],
  'person.revoke-sessions': /*      */ [NOBODY, ANYBODY, ADMINS],
  'request.begin': /*               */ [NOBODY, OWNERS, NOBODY],
  'environment.list': /*            */ [READERS, NOBODY, NOBODY],
  'legacy-user.find': /*            */ [READERS, NOBODY, NOBODY],
  'legacy-user.map': /*             */ [ADMINS, NOBODY, NOBODY],
  'consumer.list': /*               */ [READERS, NOBODY, NOBODY],
  'consumer.get': /*                */ [READERS, NOBODY, NOBODY],
  'consumer.tokens': /*             */ [READERS, NOBODY, NOBODY],
  'consumer.register': /*           */ [ADMINS, NOBODY, NOBODY],
  'consumer.issue-token': /*        */ [ADMINS, NOBODY, NOBODY],
  'consumer.revoke-token': /*       */ [ADMINS, NOBODY, NOBODY],
  'settings.view': /*               */ [READERS, NOBODY, NOBODY],
  'key-ring.view': /*               */ [READERS, NOBODY, NOBODY],
  'key-ring.add': /*                */ [ADMINS, NOBODY, NOBODY],
  'key-ring.activate': /*           */ [ADMINS, NOBODY, NOBODY],
  'key-ring.rewrap': /*             */ [ADMINS, NOBODY, NOBODY],
  'key-ring.retire': /*             */ [ADMINS, NOBODY, NOBODY],
  'backup.list': /*                 */ [ADMINS, NOBODY, NOBODY],
  'backup.get': /*                  */ [ADMINS, NOBODY, NOBODY],
  'backup.start': /*                */ [ADMINS, NOBODY, NOBODY],
  'restore.view': /*                */ [READERS, NOBODY, NOBODY],
  'restore.publish': /*             */ [ADMINS, NOBODY, NOBODY],
  'audit.entries': /*               */ [AUDITORS, NOBODY, NOBODY],
  'audit.access': /*                */ [AUDITORS, NOBODY, NOBODY],
  'timeline.read': /*               */ [READERS, NOBODY, NOBODY],
  'access.read': /*                 */ [READERS, NOBODY, NOBODY],
  'rotations.list': /*              */ [READERS, NOBODY, NOBODY],
  'rotations.count': /*             */ [READERS, NOBODY, NOBODY],
  'usage.read': /*                  */ [READERS, NOBODY, NOBODY],
  'status.read': /*                 */ [READERS, NOBODY, NOBODY],
  'integrity.check': /*             */ [READERS, NOBODY, NOBODY],
  'rebuild.get': /*                 */ [READERS, NOBODY, NOBODY],
  'rebuild.start': /*               */ [ADMINS, NOBODY, NOBODY],
  'lost.read': /*                   */ [READERS, NOBODY, NOBODY],
  'event.hear': /*                  */ [READERS, ANYBODY, READERS],
  'event.read': /*                  */ [AUDITORS, ANYBODY, AUDITORS],
} as const satisfies Record<string, readonly [system: Roles, own: Roles, others: Roles]>;

/**
 * What the policy decides about: commands and queries by their wire names, and the gateway's stream, which is neither: who hears that an
 * event was recorded, and who what it says.
 */
export type PolicyAction = keyof typeof POLICY;

export const isPolicyAction = (action: string): action is PolicyAction => Object.hasOwn(POLICY, action);

/** The roles that may do it there. */
export const rolesFor = (action: PolicyAction, reach: Reach): Roles => POLICY[action][REACHES.indexOf(reach)] ?? NOBODY;

/** Default deny: some role of the caller must stand in the action's cell. */
export const isAllowed = (action: string, reach: Reach, roles: readonly string[]): boolean =>
  isPolicyAction(action) && rolesFor(action, reach).some((role) => roles.includes(role));
