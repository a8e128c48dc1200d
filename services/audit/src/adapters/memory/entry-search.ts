import { Recorded } from '@keyturn/contracts/events';
import { z } from 'zod';
import type { EntryFilter, EntryQuery, EntrySearch } from '../../ports/entry-search.ts';
import type { WitnessedEvent } from '../../ports/entry-store.ts';

const About = z.looseObject({ consumer: z.string().optional(), purpose: z.string().optional(), recipient: z.string().optional() });

const consumerOf = ({ meta: { actor }, data }: Recorded): string | undefined => {
  const { consumer, purpose = '', recipient = '' } = About.catch({}).parse(data);
  if (consumer !== undefined) return consumer;
  if (actor.kind === 'consumer') return actor.id.split('/')[0];
  return purpose.startsWith('resolve ') ? recipient : /^consumer ([a-z0-9-]{1,63}), asked by/.exec(recipient)?.[1];
};

const searchTextOf = ({ type, who, address, from, correlationId, summary }: WitnessedEvent['entry']): string =>
  [type, who, address ?? '', from ?? '', correlationId ?? '', summary].join(' ').toLowerCase();

const fits =
  ({ credentialId, person, consumer, from = '', to, text }: EntryFilter) =>
  ({ entry, recorded }: WitnessedEvent): boolean => {
    const event = Recorded.parse(JSON.parse(recorded));
    const { kind, id, name } = event.meta.actor;
    return (
      (credentialId === undefined || entry.credentialId === credentialId) &&
      (person === undefined || ((kind === 'person' || kind === 'program') && [id, name].includes(person))) &&
      (consumer === undefined || consumerOf(event) === consumer) &&
      entry.at >= from &&
      (to === undefined || entry.at < to) &&
      (text === undefined || searchTextOf(entry).includes(text.toLowerCase()))
    );
  };

/** The search among entries in memory, for tests: the same promises, kept without a database. */
export const memoryEntrySearch = (events: readonly WitnessedEvent[]): EntrySearch => {
  const found = ({ before = Infinity, limit, ...filter }: EntryQuery, types?: readonly string[]): WitnessedEvent[] =>
    events
      .filter(fits(filter))
      .filter(({ entry }) => entry.position < before && (types?.includes(entry.type) ?? true))
      .toReversed()
      .slice(0, limit);
  return {
    entries: async (query) => found(query).map(({ entry }) => entry),
    recorded: async ({ types, ...query }) => found(query, types).map(({ recorded }) => recorded),
  };
};
