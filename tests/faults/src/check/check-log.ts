import { judgeChain, judgeEntries, judgePositions, judgeStreams } from '../judge-log.ts';
import { type Finding, findingOf } from './finding.ts';
import type { ClientCall, RunRecord } from './run-record.ts';
import { time, type Told } from './told.ts';

const Meta = (meta: string): { readonly commandId?: unknown } => JSON.parse(meta) as { commandId?: unknown };

/** Everything that a client was told is done is there, once; what it was refused is not; what nobody knows is there once or not. */
const checkAcknowledged = ({ calls, events }: RunRecord, { events: told }: Told): string[] => {
  const asked = calls.filter(({ what, outcome }) => what !== 'cancel' && outcome === 'ok');
  const requested = told.filter(({ type }) => type === 'rotation.requested');
  const answers = [...Map.groupBy(asked, ({ key }) => key)].flatMap(([key, alike]) => {
    const epochs = new Set(alike.map(({ epoch }) => epoch));
    return epochs.size === 1 ? [] : [`one command (${key}) was answered with the rotations ${[...epochs].join(' and ')}`];
  });
  const lost = asked.filter(({ epoch }) => !requested.some((event) => event.epoch === epoch));
  const unasked = requested.filter(({ epoch }) => !calls.some((call) => call.epoch === epoch || call.outcome === 'info'));
  const byCommand = Map.groupBy(events, ({ meta }) => String(Meta(meta).commandId));
  // The last word on a repeated key: until then nobody may have been there to answer it.
  const unheard = [...Map.groupBy(calls, ({ key }) => key).values()].flatMap((alike) => {
    const last = alike.findLast(({ what }) => what === 'rotate again');
    return last !== undefined && last.outcome !== 'ok' && alike.some(({ outcome }) => outcome === 'ok') ? [last] : [];
  });
  const torn = [...byCommand].filter(([, own]) => (own.at(-1)?.position ?? 0) - (own[0]?.position ?? 0) !== own.length - 1);
  return [
    ...answers,
    ...unheard.map(({ key, said }) => `one command (${key}) was acknowledged, and answered with ${said.trim()} when it was repeated`),
    ...lost.map(({ epoch }) => `rotation ${epoch} was acknowledged to its client, and is not in the log`),
    ...unasked.map(({ epoch }) => `rotation ${epoch} is in the log, and nobody asked for it`),
    ...torn.map(([command, own]) => `the command ${command} was run ${own.length} times: at the positions ${positionsOf(own)}`),
  ];
};

const positionsOf = (events: readonly { readonly position: number }[]): string => events.map(({ position }) => position).join(', ');

/** Of rivals one wins, and what was done before another began stands before it. */
const checkOrder = ({ calls }: RunRecord, { events }: Told): string[] => {
  const position = ({ epoch }: ClientCall): number =>
    events.find((event) => event.type === 'rotation.requested' && event.epoch === epoch)?.position ?? 0;
  const done = calls.filter(({ what, outcome }) => what === 'rotate' && outcome === 'ok');
  const turned = done.flatMap((earlier) =>
    done
      .filter((later) => time(earlier.endedAt) < time(later.invokedAt) && position(later) < position(earlier))
      .map((later) => `rotation ${earlier.epoch} was acknowledged before ${later.epoch} was asked for, and stands behind it`),
  );
  const shared = [...Map.groupBy(done, ({ epoch }) => epoch)].flatMap(([epoch, own]) => {
    const clients = new Set(own.map(({ key }) => key)).size;
    return clients > 1 ? [`rotation ${epoch} was acknowledged to ${clients} rivals as their own`] : [];
  });
  const open = events.filter(({ type }) => ['rotation.requested', 'rotation.completed', 'rotation.failed'].includes(type));
  const doubled = open.filter(({ type }, index) => type === 'rotation.requested' && open[index - 1]?.type === type);
  return [...turned, ...shared, ...doubled.map(({ epoch }) => `rotation ${epoch} began while another one of the credential was open`)];
};

const checkCommits = ({ events, opening }: RunRecord): string[] =>
  events.flatMap(({ position, xid }, index) =>
    BigInt(xid) < BigInt(events[index - 1]?.xid ?? opening.xid)
      ? [`event ${position} was written by a transaction that is older than the one before it`]
      : [],
  );

const KEYS = ['current', 'generation', 'openEpoch'];

/** What the vault's own read model must say of the credential, by the events alone. */
const projectionOf = ({ opening }: RunRecord, { events, history }: Told): NonNullable<RunRecord['projection']> => {
  const open = events.findLast(({ type, epoch }) => type === 'rotation.requested' && !history.ends.has(epoch ?? 0));
  const generation = history.generation ?? opening.generation ?? 0;
  return { current: history.current?.version ?? null, generation, openEpoch: open?.epoch ?? null };
};

const checkProjection = (record: RunRecord, told: Told): string[] => {
  if (record.projection === undefined) return [];
  const [says, must] = [JSON.stringify(record.projection, KEYS), JSON.stringify(projectionOf(record, told), KEYS)];
  return says === must ? [] : [`the vault's row of the credential says ${says}, and its events say ${must}`];
};
/** The stream has each event once, as the log has it, and in the log's order. */
const checkFeed = ({ events, feed }: RunRecord): string[] => {
  if (!feed) return [];
  const times = Map.groupBy(feed, ({ position }) => position);
  const hashes = new Map(events.map(({ position, hash }) => [position, hash]));
  return [
    ...events.filter(({ position }) => !times.has(position)).map(({ position, type }) => `the stream lost event ${position} (${type})`),
    ...[...times].filter(([, own]) => own.length > 1).map(([position, own]) => `the stream has event ${position} ${own.length} times`),
    ...feed
      .filter(({ position, hash }) => hashes.get(position) !== hash)
      .map(({ position }) => `the stream's event ${position} is not the log's`),
    ...feed
      .filter(({ position }, index) => position < (feed[index - 1]?.position ?? 0))
      .map(({ position }) => `the stream has event ${position} behind a later one`),
  ];
};

const checkAudit = ({ events, entries, parked }: RunRecord): string[] => [
  ...judgeEntries(events, entries),
  ...(parked === 0 ? [] : [`audit could not take ${parked} messages`]),
];

/** What the raw tables say by themselves. */
export const checkLog = (record: RunRecord, told: Told): Finding[] => {
  const { events, opening } = record;
  return [
    ...checkAcknowledged(record, told).map(findingOf('I3')),
    ...[...judgeStreams(events, opening), ...checkOrder(record, told)].map(findingOf('I4')),
    ...[...checkFeed(record), ...checkAudit(record), ...checkProjection(record, told)].map(findingOf('I5')),
    ...[...judgePositions(events, opening), ...judgeChain(events, opening), ...checkCommits(record)].map(findingOf('I6')),
  ];
};
