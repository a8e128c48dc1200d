import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { eventsOf } from './credential-history.ts';
import type { AuditedEntry, LoggedEvent, RunFacts } from './run-facts.ts';

const GENESIS = '0'.repeat(64);

/** SHA-256 over the previous hash's bytes and the event's RFC 8785 JSON, told anew from the published rule. */
export const hashOf = ({ prevHash, position, stream, version, type, data, meta, recordedAt, sealedHash }: LoggedEvent): string => {
  const hashed = { position, stream, version, type, data: JSON.parse(data), meta: JSON.parse(meta), recordedAt, sealedHash };
  return createHash('sha256')
    .update(prevHash, 'hex')
    .update(canonicalize(hashed) ?? '', 'utf8')
    .digest('hex');
};

/** Where a part of the log begins: what stands before its first event. The log's own beginning if not said. */
export type Opening = { readonly position: number; readonly hash: string; readonly streams: Readonly<Record<string, number>> };
const BEGINNING: Opening = { position: 0, hash: GENESIS, streams: {} };

export const judgePositions = (events: readonly LoggedEvent[], { position: before } = BEGINNING): string[] =>
  events.flatMap(({ position }, index) =>
    position === before + index + 1 ? [] : [`event ${before + index + 1} of the log has the position ${position}`],
  );

export const judgeStreams = (events: readonly LoggedEvent[], { streams } = BEGINNING): string[] =>
  [...Map.groupBy(events, (event) => event.stream)].flatMap(([stream, own]) =>
    own.every(({ version }, index) => version === (streams[stream] ?? 0) + index + 1)
      ? []
      : [`the versions of ${stream} have a gap or a double`],
  );

export const judgeChain = (events: readonly LoggedEvent[], { hash: before } = BEGINNING): string[] =>
  events.flatMap((event, index) => {
    const { position, prevHash, hash, sealedHash, sealedDigest } = event;
    return [
      ...(prevHash === (events[index - 1]?.hash ?? before) ? [] : [`event ${position} does not follow on the event before it`]),
      ...(hash === hashOf(event) ? [] : [`the hash of event ${position} is not the hash of what it says`]),
      ...(sealedHash === sealedDigest ? [] : [`the ciphertext of event ${position} is not the one that was hashed`]),
    ];
  });

export const judgeEntries = (events: readonly LoggedEvent[], entries: readonly AuditedEntry[]): string[] => {
  const times = Map.groupBy(entries, ({ position }) => position);
  const known = new Map(events.map((event) => [event.position, event]));
  const lost = events.filter(({ position }) => !times.has(position));
  const doubled = [...times].filter(([, entries]) => entries.length > 1);
  const wrong = entries.filter(({ position, hash, type }) => known.get(position)?.hash !== hash || known.get(position)?.type !== type);
  const ids = new Set(entries.map(({ eventId }) => eventId));
  return [
    ...lost.map(({ position, type }) => `audit lost event ${position} (${type})`),
    ...doubled.map(([position, { length }]) => `audit has event ${position} ${length} times`),
    ...wrong.map(({ position }) => `audit's entry ${position} is not what the log says`),
    ...(ids.size === entries.length ? [] : ['audit has two entries with one event id']),
  ];
};

const judgeTimeline = (events: readonly LoggedEvent[], timeline: readonly number[], credentialId: string): string[] => {
  const own = eventsOf(events, credentialId).map(({ position }) => position);
  if (own.join() === timeline.join()) return [];
  const missing = own.filter((position) => !timeline.includes(position));
  return [
    `the timeline does not tell the credential's ${own.length} events in order${missing.length > 0 ? `: ${missing.join(', ')} are missing` : ''}`,
  ];
};

type Told = Pick<RunFacts, 'events' | 'entries' | 'parked' | 'timeline' | 'credentialId'>;

/** The log is whole, audit has all of it exactly once, and the timeline tells it. */
export const judgeLog = ({ events, entries, parked, timeline, credentialId }: Told): string[] => [
  ...judgePositions(events),
  ...judgeStreams(events),
  ...judgeChain(events),
  ...judgeEntries(events, entries),
  ...judgeTimeline(events, timeline, credentialId),
  ...(parked === 0 ? [] : [`audit could not take ${parked} messages`]),
];
