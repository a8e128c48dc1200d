import type { Refusal } from '@keyturn/contracts';
import type { KnownVersion, NextStep, UnsettledCandidate } from '@keyturn/contracts/queries';
import { ok, refuse, Sensitive, type Clock, type Result } from '@keyturn/kernel';
import type { EpochId, FieldRecord, ReportName, Vault } from '../../ports/vault.ts';

export type MemoryVaultSettings = {
  readonly credentialId: string;
  readonly address: string;
  readonly issuer: FieldRecord;
  /** The value before the rotation, version 1. */
  readonly old: FieldRecord;
  readonly clock: Clock;
  readonly graceMs?: number;
  readonly evidenceEveryMs?: number;
  readonly watchForMs?: number;
  readonly soakMs?: number;
};

/** A vault with one credential and its first rotation, and what only a test may do with it. */
export type MemoryVault = Vault & {
  /** The reports that were accepted, in order; a repeat is not one. */
  readonly reports: readonly ReportName[];
  readonly evidence: readonly string[];
  readonly failure: () => { readonly step: string; readonly reasonCode: string; readonly sentence: string } | undefined;
  readonly isClosed: () => boolean;
  /** The candidate's password, for scans that must not find it. */
  readonly candidatePassword: () => string | undefined;
  /** Consumers have acknowledged the commit. */
  readonly acknowledge: () => void;
  readonly passDeadline: () => void;
  readonly failEpoch: () => void;
  /** How many of the next calls the vault doesn't answer, after having done what it was asked. */
  readonly dropAnswers: (count: number) => void;
};

type Facts = {
  staged?: { publicFields: FieldRecord; secret: FieldRecord; providerId: string };
  applied?: boolean;
  tested?: string;
  committed?: boolean;
  acknowledged?: boolean;
  deadlinePassed?: boolean;
  held?: boolean;
  idle?: boolean;
  revocationStarted?: boolean;
  deniedAt?: number;
  revoked?: boolean;
  closed?: 'completed' | 'failed';
  failure?: { step: string; reasonCode: string; sentence: string };
  discarded?: boolean;
};

const EPOCH = 1;
const INCARNATION = 1;
const OLD = 1;
const NEW = 2;

const publicOf = ({ password: _password, ...fields }: FieldRecord): FieldRecord => fields;

const sentenceOf = (address: string, facts: Facts): string =>
  facts.committed && !facts.revocationStarted ? `${address} waits for the consumers of version ${OLD}.` : `${address} is being rotated.`;

/** What the epoch still needs, as the real vault's decider answers it. */
const nextOf = (settings: MemoryVaultSettings, facts: Facts): NextStep => {
  const { credentialId, address, old, clock, graceMs = 0, evidenceEveryMs = 20, watchForMs = 100, soakMs = 0 } = settings;
  const about = { credentialId, address, epoch: EPOCH, incarnation: INCARNATION, sentence: sentenceOf(address, facts) };
  const oldFields = publicOf(old);
  const versions: KnownVersion[] = [{ version: OLD, status: 'current', publicFields: oldFields }];
  if (facts.closed) return { step: 'closed', ...about, status: facts.closed };
  if (!facts.staged) return { step: 'stage', ...about, version: NEW, versions };
  const { publicFields } = facts.staged;
  if (!facts.applied) return { step: 'apply', ...about, version: NEW, owner: oldFields, publicFields };
  if (facts.tested === undefined) return { step: 'test', ...about, version: NEW, publicFields };
  if (!facts.committed) return { step: 'commit', ...about, version: NEW };
  if (!facts.revocationStarted) {
    if (facts.acknowledged && facts.idle) return { step: 'start-revocation', ...about, version: OLD };
    if (facts.deadlinePassed && !facts.held) return { step: 'hold', ...about, version: OLD, waitingFor: 'orders/7f3a' };
    const acksMissing = facts.acknowledged ? [] : ['orders/7f3a'];
    return { step: 'watch', ...about, version: OLD, publicFields: oldFields, acksMissing, graceMs, evidenceEveryMs, forMs: watchForMs };
  }
  if (facts.deniedAt === undefined) return { step: 'deny-logins', ...about, version: OLD, publicFields: oldFields };
  const remainingMs = facts.deniedAt + soakMs - clock.now().getTime();
  if (remainingMs > 0) return { step: 'soak', ...about, version: OLD, remainingMs };
  return facts.revoked ? { step: 'complete', ...about } : { step: 'erase', ...about, version: OLD, publicFields: oldFields };
};

type Report = { readonly name: ReportName; readonly data: Readonly<Record<string, unknown>>; readonly secret?: FieldRecord };
type Change = (facts: Facts, report: Report, clock: Clock) => Result<void, Refusal>;

const changed = (facts: Facts, change: Facts): Result<void, Refusal> => {
  Object.assign(facts, change);
  return ok(undefined);
};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const CHANGES: Record<ReportName, Change> = {
  'epoch.stage-candidate': (facts, { data, secret = {} }) =>
    facts.staged
      ? refuse({ code: 'version-pending', pending: NEW })
      : changed(facts, { staged: { publicFields: Object(data['publicFields']), secret, providerId: text(data['providerId']) } }),
  'epoch.record-applied': (facts) => changed(facts, { applied: true }),
  'epoch.record-tested': (facts, { data }) => changed(facts, { tested: text(data['verdict']) }),
  'epoch.commit': (facts) =>
    facts.tested === 'valid' ? changed(facts, { committed: true }) : refuse({ code: 'version-untested', requested: NEW }),
  'epoch.record-evidence': (facts, { data }) => changed(facts, { idle: data['idle'] === true }),
  'epoch.hold': (facts) => changed(facts, { held: true }),
  'epoch.start-revocation': (facts) => changed(facts, { revocationStarted: true }),
  'epoch.record-logins-denied': (facts, _report, clock) => changed(facts, { deniedAt: clock.now().getTime() }),
  'epoch.record-revoked': (facts) => changed(facts, { revoked: true }),
  'epoch.complete': (facts) => changed(facts, { closed: 'completed' }),
  'epoch.fail': (facts, { data }) => {
    if (facts.committed) return refuse({ code: 'version-not-pending', requested: NEW });
    const failure = { step: text(data['step']), reasonCode: text(data['reasonCode']), sentence: text(data['sentence']) };
    return changed(facts, { closed: 'failed', failure });
  },
  'ledger.record-discarded': (facts) => changed(facts, { discarded: true }),
};

/** Stands in for the vault: the same answers in the same order, for the first rotation of one credential. */
export const memoryVault = (settings: MemoryVaultSettings): MemoryVault => {
  const { credentialId, address, issuer, old, clock } = settings;
  const facts: Facts = {};
  const reports: ReportName[] = [];
  const evidence: string[] = [];
  const verdicts = new Map<string, { readonly body: string; readonly verdict: Result<void, Refusal> }>();
  let dropping = 0;

  const answer = <T>(value: T): Promise<T> => {
    dropping -= 1;
    return dropping < 0 ? Promise.resolve(value) : Promise.reject(new Error('the vault does not answer'));
  };
  const isOurs = ({ credentialId: id, epoch }: EpochId) => id === credentialId && epoch === EPOCH;
  const run = (report: Report): Result<void, Refusal> => {
    if (facts.closed && report.name !== 'ledger.record-discarded') return refuse({ code: 'rotation-closed', epoch: EPOCH });
    const verdict = CHANGES[report.name](facts, report, clock);
    if (verdict.ok) reports.push(report.name);
    if (report.name === 'epoch.record-evidence') evidence.push(text(report.data['sentence']));
    return verdict;
  };
  const unsettled = (): UnsettledCandidate[] =>
    facts.closed === 'failed' && facts.staged && !facts.discarded
      ? [
          {
            ...{ credentialId, address, version: NEW, epoch: EPOCH, incarnation: INCARNATION },
            providerId: facts.staged.providerId,
            publicFields: facts.staged.publicFields,
          },
        ]
      : [];
  const valueOf = (what: 'version' | 'issuer', version: number | undefined): FieldRecord | undefined => {
    if (what === 'issuer') return issuer;
    if (version === OLD) return old;
    return facts.staged && { ...facts.staged.publicFields, ...facts.staged.secret };
  };

  return {
    reports,
    evidence,
    failure: () => facts.failure,
    isClosed: () => facts.closed !== undefined,
    candidatePassword: () => facts.staged?.secret['password'],
    acknowledge: () => void Object.assign(facts, { acknowledged: true }),
    passDeadline: () => void Object.assign(facts, { deadlinePassed: true }),
    failEpoch: () => void Object.assign(facts, { closed: 'failed' }),
    dropAnswers: (count) => {
      dropping = count;
    },
    nextStep: (epoch) => answer(isOurs(epoch) ? ok(nextOf(settings, facts)) : refuse({ code: 'rotation-unknown', epoch: epoch.epoch })),
    report: (name, data, { commandId, secret }) => {
      const body = JSON.stringify([name, data, secret?.reveal()]);
      const known = verdicts.get(commandId);
      if (known) return answer(known.body === body ? known.verdict : refuse({ code: 'command-reused' }));
      const verdict = run({ name, data: { ...data }, ...(secret && { secret: secret.reveal() }) });
      verdicts.set(commandId, { body, verdict });
      return answer(verdict);
    },
    reveal: ({ what, version }) => {
      const fields = valueOf(what, version);
      return answer(
        fields ? ok({ version: version ?? 1, fields: new Sensitive(fields) }) : refuse({ code: 'version-unknown', requested: version ?? 0 }),
      );
    },
    listOpenEpochs: () => answer(facts.closed ? [] : [{ credentialId, address, epoch: EPOCH }]),
    listUnsettled: () => answer(unsettled()),
  };
};
