import { StreamedEvent } from '@keyturn/contracts/api';
import type { DomainEvent } from '@keyturn/contracts/events';

export type LiveEvent = StreamedEvent;

/** What a page may be showing: parts of a credential's state, and the key ring. */
export type Part = 'list' | 'detail' | 'rotation' | 'consumers' | 'timeline' | 'key-ring';

/**
 * Which parts an event changes. Adding an event to the log without a row here does not compile. Acknowledgements come by the dozen, so they
 * leave the list and the detail alone.
 */
const TOUCHES: Record<DomainEvent['type'], readonly Part[]> = {
  'credential.registered': ['list', 'detail', 'timeline'],
  'credential.details-changed': ['list', 'detail', 'timeline'],
  'credential.candidate-announced': ['detail', 'rotation', 'timeline'],
  'credential.version-staged': ['detail', 'rotation', 'timeline'],
  'credential.version-applied': ['detail', 'rotation', 'timeline'],
  'credential.version-tested': ['detail', 'rotation', 'timeline'],
  'credential.preflight-asked': ['rotation', 'timeline'],
  'credential.version-preflighted': ['rotation', 'timeline'],
  'credential.rotated': ['list', 'detail', 'rotation', 'consumers', 'timeline'],
  'credential.version-superseded': ['detail', 'timeline'],
  'credential.version-acknowledged': ['rotation', 'consumers', 'timeline'],
  'credential.version-nacked': ['rotation', 'consumers', 'timeline'],
  'credential.evidence-recorded': ['rotation', 'timeline'],
  'credential.version-withdrawn': ['detail', 'rotation', 'timeline'],
  'credential.rolled-back': ['list', 'detail', 'rotation', 'consumers', 'timeline'],
  'credential.revocation-started': ['detail', 'rotation', 'timeline'],
  'credential.logins-denied': ['detail', 'rotation', 'timeline'],
  'credential.version-revoked': ['detail', 'rotation', 'timeline'],
  'credential.discard-started': ['detail', 'rotation', 'timeline'],
  'credential.version-discarded': ['detail', 'rotation', 'timeline'],
  'ledger.recorded': ['detail', 'timeline'],
  'ledger.settled': ['detail', 'timeline'],
  'rotation.requested': ['list', 'detail', 'rotation', 'timeline'],
  'rotation.value-given': ['detail', 'rotation', 'timeline'],
  'rotation.deletion-reported': ['detail', 'rotation', 'timeline'],
  'rotation.held': ['detail', 'rotation', 'timeline'],
  'rotation.completed': ['list', 'detail', 'rotation', 'consumers', 'timeline'],
  'rotation.failed': ['list', 'detail', 'rotation', 'consumers', 'timeline'],
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
  partsByType.get(type) ?? ['list', 'detail', 'rotation', 'consumers', 'timeline', 'key-ring'];

/** Reads one SSE message; what doesn't parse is `null`, and the next beat of polling covers it. */
export const parseLiveEvent = (text: string): LiveEvent | null => {
  try {
    return StreamedEvent.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};
