import { DomainEvent, type Recorded } from '@keyturn/contracts/events';
import type { AuditEntry } from '@keyturn/contracts/queries';
import { summarise } from './summarise.ts';
import { whoIs } from './who.ts';

/**
 * The version of what `project` makes of an event. To be raised with each change of wording or verdict: then all entries are made anew,
 * where otherwise audit would take its own older words for somebody's forgery (`wording.test.ts` says when it is due).
 */
export const PROJECTION_VERSION = 5;

/** What the timeline shows of one recorded event; null for an event that this version does not know. */
export const project = (recorded: Recorded): AuditEntry | null => {
  const parsed = DomainEvent.safeParse({ type: recorded.type, data: recorded.data });
  if (!parsed.success) return null;
  const event = parsed.data;
  const { actor, correlationId } = recorded.meta;
  return storable({
    position: recorded.position,
    at: recorded.recordedAt,
    type: event.type,
    who: whoIs(actor),
    credentialId: ('credentialId' in event.data ? event.data.credentialId : undefined) ?? null,
    address: ('address' in event.data ? event.data.address : undefined) ?? null,
    from: actor.ip ?? null,
    summary: summarise(event),
    verdict: verdictOf(event),
    correlationId: correlationId ?? null,
    epoch: ('epoch' in event.data ? event.data.epoch : undefined) ?? null,
  });
};

/** Without what Postgres can't keep in a text: NUL and lone surrogates. The event itself is kept as it came. */
const storable = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  who: storableText(entry.who),
  address: entry.address === null ? null : storableText(entry.address),
  from: entry.from === null ? null : storableText(entry.from),
  summary: storableText(entry.summary),
  correlationId: entry.correlationId === null ? null : storableText(entry.correlationId),
});

const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** Did what was tried come about? */
const verdictOf = (event: DomainEvent): AuditEntry['verdict'] => {
  switch (event.type) {
    case 'access.refused':
      return 'refused';
    case 'secret.open-refused':
    case 'rotation.failed':
    case 'credential.version-nacked':
      return 'failed';
    case 'credential.change-failed':
      return event.data.reasonCode === 'test-valid' ? 'done' : 'failed'; // of a value that was only tried
    case 'credential.version-preflighted':
      return event.data.ok ? 'done' : 'failed';
    case 'credential.scheduled-rotation-refused':
    case 'bulk-rotation.member-skipped':
      return 'refused';
    case 'bulk-rotation.member-ended':
      return event.data.outcome === 'failed' ? 'failed' : 'done';
    case 'backup.failed':
      return 'failed';
    case 'credential.rechecked':
      return event.data.outcome === 'failed' || event.data.outcome === 'unreachable' ? 'failed' : 'done';
    case 'rewrap.completed':
      return event.data.success ? 'done' : 'failed';
    case 'credential.version-tested':
      return event.data.verdict === 'valid' ? 'done' : 'failed';
    default:
      return 'done'; // every other event says of itself that it happened
  }
};
