import { type Finding, findingOf } from './finding.ts';
import type { RunRecord } from './run-record.ts';
import { lastRevoked, loginOf, time, type Told, type ToldEvent, untriedBy } from './told.ts';

/** The vault may record an event as a round trip to its database earlier than it was (ADR-0016); on a busy machine that takes a while. */
const RECORDED_EARLY_MS = 250;
const latest = (at: string): number => time(at) + RECORDED_EARLY_MS;

const byType = ({ events }: Told, type: string): ToldEvent[] => events.filter((event) => event.type === type);

/** Whether an instance began to use a version after that moment, by what it wrote of its own uses. */
const usesAfter = (
  { uses }: RunRecord,
  { instance, version, at }: { instance: string; version: number | undefined; at: string },
): boolean => uses.some((used) => used.instance === instance && used.version === version && time(used.lastFrom ?? used.to) > latest(at));

type Try = { readonly instance: string; readonly version: number; readonly at: string; readonly code: string | null };

/** Alike ones in one sentence, with how many there were, and since when. */
const together = (tries: readonly Try[], sentenceOf: (one: Try) => string): string[] =>
  [...Map.groupBy(tries, sentenceOf)].map(([sentence, own]) => `${sentence} (${own.length} ×, from ${own[0]?.at} on)`);

/** Who was refused with which version, and how. */
const refusals = (refused: RunRecord['refused']): string[] =>
  together(refused, ({ instance, version, code }) => `${instance} was refused with version ${version}: ${code}`);

/**
 * A subscriber begins its next use at most 150 ms after the last one, nobody stops the provider, and what it holds needs neither the vault nor
 * the worker. So the rest is room for a machine that is busy with the stack and with somebody's new start.
 */
const LONGEST_GAP_MS = 2_000;

/** Who was not killed goes on using what it holds, without a gap. */
const checkGaps = ({ gaps, fault }: RunRecord): string[] =>
  gaps
    .filter(({ instance, from, to }) => !fault.subscribers.includes(instance) && time(to) - time(from) > LONGEST_GAP_MS)
    .map(({ instance, from, to }) => `${instance} was let in nowhere for ${time(to) - time(from)} ms, from ${from} on, and was not killed`);

/** Nobody was refused, everybody tried, no revocation began while somebody went on with the version, and no report came before the reload. */
const checkHeld = (record: RunRecord, told: Told): string[] => {
  const { refused, uses, instances } = record;
  const started = byType(told, 'credential.revocation-started');
  const early = started.flatMap(({ at, version }) =>
    instances
      .filter((instance) => usesAfter(record, { instance, version, at }))
      .map((instance) => `the revocation of version ${version} began while ${instance} was using it`),
  );
  const reports = byType(told, 'credential.version-acknowledged').filter(({ at, version, instance = '' }) => {
    // What the SDK told the subscriber: its first use comes later, however soon it could be.
    const reload = record.changed.find((change) => change.instance === instance && change.version === version);
    return version !== record.opening.version && (reload === undefined || time(reload.at) > latest(at));
  });
  return [
    ...refusals(refused),
    ...instances
      .filter((instance) => !uses.some((used) => used.instance === instance))
      .map((instance) => `${instance} used nothing, so it shows nothing`),
    ...checkGaps(record),
    ...early,
    ...reports.map(
      ({ instance, version, at }) => `${instance} reported version ${version} as working at ${at}, before it had changed to it`,
    ),
  ];
};

const sumOf = (counted: readonly { readonly count: number }[]): number => counted.reduce((sum, { count }) => sum + count, 0);

/** No instance was let in with a login more often than the provider let that instance in with it. */
const checkAcceptance = ({ uses, accepted }: RunRecord): string[] =>
  [...Map.groupBy(uses, ({ instance, login }) => `${instance} ${login}`).values()].flatMap((own) => {
    const { instance = '', login = '' } = own[0] ?? {};
    const seen = sumOf(accepted.filter((one) => one.login === login && (one.by ?? `matrix-${instance}`) === `matrix-${instance}`));
    const claimed = sumOf(own);
    return claimed <= seen ? [] : [`${instance} says that it was let in ${claimed} times as ${login}, and the provider says ${seen}`];
  });

/** What the provider takes in the end is what the vault has, and what is over is neither there nor here. */
const checkValues = (record: RunRecord, told: Told): string[] => {
  const { living, strangers, keys } = record;
  const { current, versions, ledger } = told.history;
  const expected = current && loginOf(record, told, current.version);
  const others = living.filter(({ login }) => login !== expected);
  const orphans = others.filter(({ accepts }) => accepts);
  const unerased = others.filter(({ accepts, isThere }) => isThere && !accepts);
  const isTaken = living.some(({ login, accepts }) => accepts && login === expected);
  return [
    ...orphans.map(({ login, mark }) => `the provider still takes ${login} (${mark ?? 'unmarked'}), which is not the current version`),
    ...unerased.map(
      ({ login, mark }) => `the provider still has ${login} (${mark ?? 'unmarked'}): nobody gets in with it, and it was not erased`,
    ),
    ...strangers.map(({ login, name }) => `the provider has ${login} (${name}), which is no credential's and not the issuer's`),
    ...(isTaken ? [] : [`the provider does not take the current version ${current?.version} (${expected ?? 'nobody used it'})`]),
    ...(current && !keys.includes(current.version) ? [`the vault has no key for the current version ${current.version}`] : []),
    ...(current?.isOver === true ? [`the current version ${current.version} is revoked`] : []),
    ...versions
      .filter(({ version, isOver }) => !isOver && version !== current?.version)
      .map(({ version }) => `version ${version} is neither current nor over`),
    ...ledger.map(({ version, providerId }) => `the ledger still owes version ${version} (${providerId})`),
  ];
};

/** The last one to write at the provider was the one for the current version. */
const checkMarks = ({ strategy, living }: RunRecord, { history: { current } }: Told): string[] => {
  if (strategy !== 'chosen' || !current || current.epoch === null) return [];
  const mark = living.find(({ login }) => login === current.username)?.mark;
  return mark?.split('\n').some((line) => line.endsWith(`.${current.epoch}:${current.version}`)) === true
    ? []
    : [`the role ${current.username} is marked "${mark ?? ''}", which is not the current version's mark`];
};

/** One version is one value, one epoch commits one version, and each rotation ends once. */
const checkOnce = (record: RunRecord, told: Told): string[] => {
  const values = Map.groupBy(record.uses, ({ version }) => version);
  const mixed = [...values].filter(([, own]) => new Set(own.map(({ secretHash }) => secretHash)).size > 1);
  const commits = Map.groupBy(byType(told, 'credential.rotated'), ({ epoch }) => epoch);
  const twice = [...commits].filter(([, own]) => own.length > 1);
  const ends = [...told.history.ends].filter(([, closed]) => closed.length > 1);
  const known = new Set(record.uses.map(({ login }) => login));
  const tried = new Set(record.accepted.map(({ login }) => login).filter((login) => record.strategy === 'issued' && !known.has(login)));
  return [
    ...mixed.map(([version]) => `the subscribers know more than one value of version ${version}`),
    ...twice.map(([epoch, { length }]) => `rotation ${epoch} committed ${length} times`),
    ...ends.map(([epoch, closed]) => `rotation ${epoch} ended more than once: ${closed.join(', ')}`),
    ...(tried.size > 1 ? [`${tried.size} values were tried at the provider that no subscriber ever had`] : []),
    ...checkMarks(record, told),
  ];
};

/** After its logins were denied nobody gets in with it again. */
const checkDenied = (record: RunRecord, told: Told): string[] =>
  byType(told, 'credential.logins-denied').flatMap(({ version = 0, at, position }) => {
    const login = loginOf(record, told, version);
    const isTakenAgain = byType(told, 'credential.version-staged').some((staged) => {
      return staged.position > position && loginOf(record, told, staged.version ?? 0) === login;
    });
    const late = record.accepted.find((one) => one.login === login && time(one.to) > latest(at));
    return late && !isTakenAgain ? [`the provider let version ${version} in at ${late.to}, after its logins were denied at ${at}`] : [];
  });

/** Who tries a revoked version is refused, and whoever knows it does try. */
const checkDead = (record: RunRecord, told: Told): string[] => {
  const letIn = record.oldTries?.filter(({ code }) => code === null) ?? [];
  return [
    ...checkDenied(record, told),
    ...together(letIn, ({ instance, version }) => `${instance} was let in with version ${version} after its revocation was recorded`),
    ...untriedBy(record, told, record.began).map(
      (instance) => `${instance} did not try version ${lastRevoked(record, told)} after its revocation, so nothing shows that it is dead`,
    ),
  ];
};

/**
 * How long after the SIGKILL or the SIGSTOP a rotation may take to end. Whom a pause hits waits for more: the other worker starts only then, and
 * gets what the sleeper holds only when its heartbeats have stayed away.
 */
const PATIENCE_MS = { killed: 60_000, paused: 75_000 } as const;

/** A rotation that was asked for after the fault has its time from then on. */
const checkLate = ({ fault }: RunRecord, told: Told): string[] =>
  byType(told, 'rotation.requested').flatMap(({ epoch, at }) => {
    const end = [...byType(told, 'rotation.completed'), ...byType(told, 'rotation.failed')].find((one) => one.epoch === epoch);
    const took = end ? time(end.at) - Math.max(time(fault.at), time(at)) : 0;
    const since = time(at) > time(fault.at) ? 'it was asked for' : `somebody was ${fault.kind}`;
    return took > PATIENCE_MS[fault.kind] ? [`rotation ${epoch} ended ${Math.round(took / 1000)} s after ${since}`] : [];
  });

/** Ended without its new version, and no client asked for that. */
const checkFailed = ({ calls }: RunRecord, told: Told): string[] => {
  const cancels = calls.filter(({ what, outcome }) => what === 'cancel' && outcome !== 'fail');
  return byType(told, 'rotation.failed')
    .filter((failed) => !cancels.some(({ epoch }) => epoch === null || epoch === failed.epoch))
    .map(({ epoch }) => `rotation ${epoch} failed, and nobody had cancelled it`);
};

const checkRest = (record: RunRecord, told: Told): string[] => {
  const { events, history } = told;
  const { current } = history;
  const open = events.filter(({ type, epoch }) => type === 'rotation.requested' && !history.ends.has(epoch ?? 0));
  const lastUsed = (instance: string) => record.uses.findLast((used) => used.instance === instance)?.version;
  const behind = record.instances.filter((instance) => lastUsed(instance) !== current?.version);
  return [
    ...open.map(({ epoch }) => `rotation ${epoch} is neither completed nor failed`),
    ...checkFailed(record, told),
    ...behind.map((instance) => `${instance} is not at version ${current?.version}, which is current`),
    ...checkLate(record, told),
    ...record.missed,
  ];
};

/** What those who use the credential, the provider and the vault say of one another. */
export const checkUse = (record: RunRecord, told: Told): Finding[] => [
  ...[...checkHeld(record, told), ...checkAcceptance(record)].map(findingOf('I1')),
  ...checkValues(record, told).map(findingOf('I2')),
  ...checkOnce(record, told).map(findingOf('I7')),
  ...record.leaks.map((log) => findingOf('I8')(`a value of the credential stands in ${log}`)),
  ...checkDead(record, told).map(findingOf('I11')),
  ...checkRest(record, told).map(findingOf('I13')),
];
