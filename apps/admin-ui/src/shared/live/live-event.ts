import { StreamedEvent } from '@keyturn/contracts/api';
import type { DomainEvent } from '@keyturn/contracts/events';

export type LiveEvent = StreamedEvent;

/** What a page may be showing: parts of a credential's state, the key ring, and bulk rotations. */
export type Part = 'list' | 'detail' | 'rotation' | 'consumers' | 'timeline' | 'key-ring' | 'bulk';

/**
 * Which parts an event changes. Adding an event to the log without a row here does not compile. Acknowledgements come by the dozen, so they
 * leave the list and the detail alone.
 */
const TOUCHES: Record<DomainEvent['type'], readonly Part[]> = {
  'credential.registered': ['list', 'detail', 'timeline'],
  'credential.details-changed': ['list', 'detail', 'timeline'],
  'credential.candidate-announced': ['detail', 'rotation', 'timeline'],
  'credential.version-staged': ['detail', 'rotation', 'timeline', 'bulk'],
  'credential.version-applied': ['detail', 'rotation', 'timeline', 'bulk'],
  'credential.version-tested': ['detail', 'rotation', 'timeline', 'bulk'],
  'credential.preflight-asked': ['rotation', 'timeline'],
  'credential.version-preflighted': ['rotation', 'timeline', 'bulk'],
  'credential.rotated': ['list', 'detail', 'rotation', 'consumers', 'timeline', 'bulk'],
  'credential.version-superseded': ['detail', 'timeline'],
  'credential.version-acknowledged': ['rotation', 'consumers', 'timeline'],
  'credential.version-nacked': ['rotation', 'consumers', 'timeline'],
  'credential.evidence-recorded': ['rotation', 'timeline'],
  'credential.version-withdrawn': ['detail', 'rotation', 'timeline'],
  'credential.rolled-back': ['list', 'detail', 'rotation', 'consumers', 'timeline'],
  'credential.revocation-started': ['list', 'detail', 'rotation', 'timeline', 'bulk'],
  'credential.logins-denied': ['detail', 'rotation', 'timeline'],
  'credential.version-revoked': ['detail', 'rotation', 'timeline', 'bulk'],
  'credential.discard-started': ['detail', 'rotation', 'timeline'],
  'credential.version-discarded': ['detail', 'rotation', 'timeline'],
  'credential.version-brought-again': ['list', 'detail', 'timeline'],
  'ledger.recorded': ['list', 'detail', 'timeline'],
  'ledger.settled': ['list', 'detail', 'timeline'],
  'ledger.settled-by-hand': ['list', 'detail', 'timeline'],
  'rotation.requested': ['list', 'detail', 'rotation', 'timeline'],
  'rotation.value-given': ['list', 'detail', 'rotation', 'timeline', 'bulk'],
  'rotation.deletion-reported': ['list', 'detail', 'rotation', 'timeline', 'bulk'],
  'rotation.held': ['list', 'detail', 'rotation', 'timeline', 'bulk'],
  'rotation.throttled': ['detail', 'rotation', 'timeline', 'bulk'],
  'rotation.approved': ['list', 'detail', 'rotation', 'timeline', 'bulk'],
  'rotation.force-asked': ['list', 'detail', 'rotation', 'timeline'],
  'rotation.force-rejected': ['list', 'detail', 'rotation', 'timeline'],
  'rotation.forced': ['list', 'detail', 'rotation', 'timeline'],
  'rotation.escalated': ['list', 'detail', 'rotation', 'timeline'],
  'rotation.extended': ['list', 'detail', 'rotation', 'timeline'],
  'credential.policy-changed': ['detail', 'timeline'],
  'rotation.completed': ['list', 'detail', 'rotation', 'consumers', 'timeline', 'bulk'],
  'rotation.failed': ['list', 'detail', 'rotation', 'consumers', 'timeline', 'bulk'],
  'credential.disabled': ['list', 'detail', 'consumers', 'timeline'],
  'credential.enabled': ['list', 'detail', 'consumers', 'timeline'],
  'credential.change-asked': ['detail', 'timeline'],
  'credential.change-failed': ['detail', 'timeline'],
  'credential.test-asked': ['detail', 'timeline'],
  'credential.reveal-policy-changed': ['detail', 'timeline'],
  'credential.deletion-started': ['list', 'detail', 'timeline'],
  'credential.shredded': ['detail', 'timeline'],
  'credential.deleted': ['list', 'detail', 'consumers', 'timeline'],
  'secret.revealed': ['timeline'],
  'secret.compared': ['timeline'],
  'secret.verified': ['timeline'],
  'access.refused': ['timeline'],
  'secret.open-refused': ['timeline'],
  'kek.added': ['key-ring'],
  'kek.activated': ['key-ring'],
  'kek.retiring': ['key-ring'],
  'kek.retired': ['key-ring'],
  'rewrap.requested': ['key-ring'],
  'rewrap.progressed': ['key-ring'],
  'rewrap.completed': ['key-ring'],
  'credential.rechecked': ['list', 'detail', 'timeline'],
  'credential.schedule-changed': ['detail', 'timeline'],
  'credential.scheduled-rotation-refused': ['detail', 'timeline'],
  'credential.rotation-overdue': ['list', 'detail', 'timeline'],
  'credential.expiring': ['list', 'detail', 'timeline'],
  'credential.expired': ['list', 'detail', 'timeline'],
  'bulk-rotation.requested': ['bulk'],
  'bulk-rotation.member-started': ['bulk'],
  'bulk-rotation.member-skipped': ['bulk'],
  'bulk-rotation.member-ended': ['bulk'],
  'bulk-rotation.paused': ['bulk'],
  'bulk-rotation.resumed': ['bulk'],
  'bulk-rotation.cancelled': ['bulk'],
  'bulk-rotation.ended': ['bulk'],
  'backup.requested': [],
  'backup.started': [],
  'backup.completed': [],
  'backup.failed': [],
  'log.shreds-repeated': ['list', 'detail', 'timeline'],
  'log.released': ['list', 'detail', 'timeline'],
  'log.restored': ['list', 'detail', 'timeline'],
  'environment.used': ['timeline'],
  'default.set': ['list', 'detail', 'timeline'],
  'default.cleared': ['list', 'detail', 'timeline'],
  'legacy-user.mapped': ['timeline'],
  'person.sessions-revoked': [],
  'credentials.exported': [],
  'llm.chosen': [],
  'execution-server.set': [],
  'execution-server.removed': [],
  'llm.choice-cleared': [],
  'consumer.registered': ['consumers'],
  'consumer.token-issued': ['consumers'],
  'consumer.token-revoked': ['consumers'],
  'subscriber.credentials-issued': [],
  'lease.ended': ['consumers', 'rotation'],
};

/** Every type of event that can come, because an `EventSource` must subscribe to named messages one by one. */
export const LIVE_EVENT_TYPES: readonly string[] = Object.keys(TOUCHES);

const partsByType: ReadonlyMap<string, readonly Part[]> = new Map(Object.entries(TOUCHES));

/** The parts to read anew after an event. A type newer than this page changes what is safest: all of it. */
export const touchedBy = (type: string): readonly Part[] =>
  partsByType.get(type) ?? ['list', 'detail', 'rotation', 'consumers', 'timeline', 'key-ring', 'bulk'];

/** Reads one SSE message; what doesn't parse is `null`, and the next beat of polling covers it. */
export const parseLiveEvent = (text: string): LiveEvent | null => {
  try {
    return StreamedEvent.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};
