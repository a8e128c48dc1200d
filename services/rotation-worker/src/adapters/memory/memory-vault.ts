import type { Refusal } from '@keyturn/contracts';
import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { ok, refuse, Sensitive, type Result } from '@keyturn/kernel';
import type { FieldRecord, ReportName, Vault } from '../../ports/vault.ts';
import { CHANGES, EPOCH, INCARNATION, NEW, nextOf, OLD, text, type Facts, type MemoryVaultSettings, type Report } from './memory-epoch.ts';

export type { MemoryVaultSettings } from './memory-epoch.ts';

/** What only a test may know of the vault, or do with it. */
type Controls = {
  /** The reports that were accepted, in order; a repeat is not one. */
  readonly reports: readonly ReportName[];
  readonly evidence: readonly string[];
  readonly failure: () => { readonly step: string; readonly reasonCode: string; readonly sentence: string } | undefined;
  /** Why the provider refused to revoke, as the ledger has it. */
  readonly revokeFailed: () => string | undefined;
  /** What it was told of waits for the provider's rate. */
  readonly throttled: () => readonly string[];
  readonly isClosed: () => boolean;
  /** The candidate's password, for scans that must not find it. */
  readonly candidatePassword: () => string | undefined;
  /** Consumers have acknowledged the commit. */
  readonly acknowledge: () => void;
  /** What the consumers say of the candidate. */
  readonly answerPreflight: (answer: 'passed' | 'nacked') => void;
  readonly passDeadline: () => void;
  readonly approve: () => void;
  /** A person has the old version revoked without the proof. */
  readonly force: () => void;
  /** A person brings the value that the epoch waits for; it is at the provider already. */
  readonly giveValue: (secret: FieldRecord) => void;
  /** A person says that the old value is removed at the provider. */
  readonly reportDeletion: () => void;
  /** A person goes back to the old version, and the consumers have to prove that one. */
  readonly rollBack: () => void;
  /** How many sessions a forced revoke is recorded to have ended. */
  readonly sessionsEnded: () => number | undefined;
  readonly failEpoch: () => void;
  /** A person replaces the new version by hand once its rotation is over. */
  readonly replaceByHand: () => void;
  /** How many of the next calls the vault doesn't answer, after having done what it was asked. */
  readonly dropAnswers: (count: number) => void;
};
export type MemoryVault = Vault & Controls;

/** Of the credential that issues. */
const ISSUER_ID = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9bff';

type Log = { readonly facts: Facts; readonly reports: ReportName[]; readonly evidence: string[] };

const unsettledOf = (
  { credentialId, address, graceMs = 0, soakMs = 0, its = {} }: MemoryVaultSettings,
  { closed, staged, discarded, replaced }: Facts,
): UnsettledCandidate[] => {
  if (!closed || !staged) return [];
  const { providerId, publicFields } = staged;
  const left = { credentialId, address, version: NEW, epoch: EPOCH, incarnation: INCARNATION, providerId, publicFields, ...its };
  if (closed === 'failed') return discarded ? [] : [left];
  if (replaced === undefined || replaced === 'revoked') return [];
  return [{ ...left, replaced: { isRevoking: replaced === 'revoking', graceMs, soakMs } }];
};

const valueOf = ({ issuer, old }: MemoryVaultSettings, { staged }: Facts, what: string, version: number): FieldRecord | undefined => {
  if (what === 'issuer') return issuer;
  return version === OLD ? old : staged && { ...staged.publicFields, ...staged.secret };
};

/** Takes a report into the log, or refuses it. */
const take = (log: Log, settings: MemoryVaultSettings, report: Report): Result<void, Refusal> => {
  if (log.facts.closed && !report.name.startsWith('ledger.')) return refuse({ code: 'rotation-closed', epoch: EPOCH });
  const verdict = CHANGES[report.name](log.facts, report, settings.clock);
  if (verdict.ok) log.reports.push(report.name);
  if (report.name === 'epoch.record-evidence') log.evidence.push(text(report.data['sentence']));
  if (report.name === 'ledger.start-revocation') log.evidence.push(text(report.data['evidence']));
  return verdict;
};

/** Answers a repeat from the first verdict, as the real one does. */
const onceEach = () => {
  const verdicts = new Map<string, { readonly body: string; readonly verdict: Result<void, Refusal> }>();
  return (commandId: string, body: string, run: () => Result<void, Refusal>): Result<void, Refusal> => {
    const known = verdicts.get(commandId);
    if (known) return known.body === body ? known.verdict : refuse({ code: 'command-reused' });
    const verdict = run();
    verdicts.set(commandId, { body, verdict });
    return verdict;
  };
};

const vaultOf = (settings: MemoryVaultSettings, log: Log, answer: <T>(value: T) => Promise<T>): Vault => {
  const { credentialId, address } = settings;
  const once = onceEach();
  return {
    nextStep: ({ credentialId: id, epoch }) =>
      answer(id === credentialId && epoch === EPOCH ? ok(nextOf(settings, log.facts)) : refuse({ code: 'rotation-unknown', epoch })),
    report: (name, data, { commandId, secret }) => {
      const report = { name, data: { ...data }, ...(secret && { secret: secret.reveal() }) };
      return answer(once(commandId, JSON.stringify(report), () => take(log, settings, report)));
    },
    reveal: ({ what, version = OLD }) => {
      const fields = valueOf(settings, log.facts, what, version);
      const whose = what === 'issuer' ? ISSUER_ID : credentialId;
      return answer(
        fields
          ? ok({ credentialId: whose, version, fields: new Sensitive(fields) })
          : refuse({ code: 'version-unknown', requested: version }),
      );
    },
    listOpenEpochs: () => answer(log.facts.closed ? [] : [{ credentialId, address, epoch: EPOCH }]),
    listUnsettled: () => answer(unsettledOf(settings, log.facts)),
  };
};

/** Stands in for the vault: the same answers in the same order, for the first rotation of one credential. */
export const memoryVault = (settings: MemoryVaultSettings): MemoryVault => {
  const log: Log = { facts: {}, reports: [], evidence: [] };
  const { facts } = log;
  let dropping = 0;
  const answer = <T>(value: T): Promise<T> => {
    dropping -= 1;
    return dropping < 0 ? Promise.resolve(value) : Promise.reject(new Error('the vault does not answer'));
  };
  return {
    ...vaultOf(settings, log, answer),
    reports: log.reports,
    evidence: log.evidence,
    failure: () => facts.failure,
    revokeFailed: () => facts.revokeFailed,
    throttled: () => facts.throttled ?? [],
    isClosed: () => facts.closed !== undefined,
    candidatePassword: () => Object.values(facts.staged?.secret ?? {})[0],
    acknowledge: () => void Object.assign(facts, { acknowledged: true }),
    answerPreflight: (answer) => void Object.assign(facts, { preflight: answer }),
    passDeadline: () => void Object.assign(facts, { deadlinePassed: true }),
    approve: () => void Object.assign(facts, { approved: true }),
    force: () => void Object.assign(facts, { forced: true, revocationStarted: true }),
    giveValue: (secret) => {
      const { old } = settings;
      const publicFields = Object.fromEntries(Object.entries(old).filter(([name]) => !Object.hasOwn(secret, name)));
      Object.assign(facts, { staged: { publicFields, secret, providerId: `version ${NEW}` }, applied: true });
    },
    reportDeletion: () => void Object.assign(facts, { deniedAt: settings.clock.now().getTime() }),
    rollBack: () => void Object.assign(facts, { rolledBack: true, acknowledged: false, idle: false }),
    sessionsEnded: () => facts.sessionsEnded,
    failEpoch: () => void Object.assign(facts, { closed: 'failed' }),
    replaceByHand: () => void Object.assign(facts, { closed: 'completed', replaced: 'superseded' }),
    dropAnswers: (count) => {
      dropping = count;
    },
  };
};
