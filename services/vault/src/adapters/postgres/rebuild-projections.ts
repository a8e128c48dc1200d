import type { Client } from 'pg';
import { BulkRotationEvent, ConsumerEvent, IdentityEvent, type Recorded } from '@keyturn/contracts/events';
import { credentialFold, defaultFold, streamOf } from '../../folds.ts';
import type { RowChange } from '../../log/plan-batch.ts';
import type { Fold, Write } from '../../ports/command-log.ts';
import { toRecorded } from './events-table.ts';
import { readTails } from './read-tails.ts';
import { writeRows } from './write-rows.ts';
import { writeWrites } from './write-writes.ts';

/** Streams folded at once. */
const BATCH = 100;

type Take = (streams: readonly Recorded[][]) => Promise<unknown>;

/** The whole streams of these names. */
export const readStreams = async (client: Client, names: readonly string[]): Promise<Recorded[][]> => {
  const tails = await readTails(client, new Map(names.map((stream) => [stream, 0])));
  return [...tails.values()].map((own) => own.map(toRecorded));
};

/** Calls `take` with the names of streams that begin so, some at a time. */
export const eachNames = async (
  client: Client,
  prefix: string,
  take: (names: readonly string[]) => Promise<unknown>,
  batch = BATCH,
): Promise<void> => {
  let after = prefix;
  for (;;) {
    const { rows } = await client.query<{ stream: string }>(
      `SELECT stream FROM streams WHERE stream COLLATE "C" > $1 AND starts_with(stream, $2) AND version = 1 ORDER BY stream COLLATE "C" LIMIT $3`,
      [after, prefix, batch],
    );
    const last = rows.at(-1);
    if (!last) return;
    await take(rows.map(({ stream }) => stream));
    after = last.stream;
  }
};

/** Calls `take` with whole streams whose names begin so, some at a time. */
const eachStreams = (client: Client, prefix: string, take: Take): Promise<void> =>
  eachNames(client, prefix, async (names) => take(await readStreams(client, names)));

const folded = <State>(fold: Fold<State>, events: readonly Recorded[]): State =>
  events.reduce((state, event) => fold.evolve(state, event), fold.initial);

export const credentialRows = (streams: readonly Recorded[][]): Map<string, RowChange> => {
  const rows = new Map<string, RowChange>();
  for (const events of streams) {
    const row = credentialFold.row?.(folded(credentialFold, events));
    if (row) rows.set(row.credentialId, { row, isListed: true });
  }
  return rows;
};

const defaultWrites = (streams: readonly Recorded[][]): Write[] =>
  streams.flatMap((events): Write[] => {
    const [first] = events;
    const credentialId = folded(defaultFold, events);
    const begun = first && IdentityEvent.parse({ type: first.type, data: first.data });
    if (credentialId === null || begun?.type !== 'default.set') return [];
    return [{ kind: 'default', scope: begun.data.scope, service: begun.data.service, credentialId }];
  });

const legacyWrites = (streams: readonly Recorded[][]): Write[] =>
  streams.flat().flatMap(({ type, data }): Write[] => {
    const event = IdentityEvent.parse({ type, data });
    if (event.type !== 'legacy-user.mapped') return [];
    const { legacyId, legacyScope, scope } = event.data;
    return [{ kind: 'legacy-user', legacyId, legacyScope, scope }];
  });

const consumerWrites = (streams: readonly Recorded[][]): Write[] =>
  streams.flat().flatMap(({ type, data }): Write[] => {
    const event = ConsumerEvent.parse({ type, data });
    return event.type === 'consumer.registered' ? [{ kind: 'consumer', consumer: event.data.consumer }] : [];
  });

const tokenUses = (streams: readonly Recorded[][]): Write[] =>
  streams.flat().flatMap(({ type, data, recordedAt }): Write[] => {
    const event = ConsumerEvent.parse({ type, data });
    if (event.type !== 'subscriber.credentials-issued' || event.data.tokenId === undefined) return [];
    return [{ kind: 'token-used', tokenId: event.data.tokenId, at: recordedAt }];
  });

const bulkWrites = (streams: readonly Recorded[][]): Write[] =>
  streams.map((events): Write => {
    const [first] = events;
    const last = events.at(-1);
    if (!first || !last) throw new Error('a stream without events');
    const { bulkId } = BulkRotationEvent.parse({ type: first.type, data: first.data }).data;
    return { kind: 'bulk-rotation', bulkId, requestedAt: first.recordedAt, isOpen: last.type !== 'bulk-rotation.ended' };
  });

/** Fills the tables that the log's own transactions keep (`credentials` and what goes with it) from the log, into empty ones. */
export const rebuildProjections = async (client: Client, now: string): Promise<void> => {
  await client.query('ANALYZE events; ANALYZE streams');
  await eachStreams(client, streamOf.credential(''), (streams) => Promise.all(writeRows(client, credentialRows(streams))));
  const write = (writesOf: (streams: readonly Recorded[][]) => Write[]) => (streams: readonly Recorded[][]) =>
    Promise.all(writeWrites(client, writesOf(streams), now));
  await eachStreams(client, streamOf.consumer(''), write(consumerWrites));
  await eachStreams(client, streamOf.lease('', '').slice(0, -1), write(tokenUses));
  await eachStreams(client, streamOf.bulkRotation(''), write(bulkWrites));
  await eachStreams(client, streamOf.default('', '').slice(0, -1), write(defaultWrites));
  await eachStreams(client, streamOf.legacyUser(''), write(legacyWrites));
};
