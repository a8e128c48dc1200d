import { type Refusal, saysNothing } from '@keyturn/contracts';
import type { KnownVersion, NextStep } from '@keyturn/contracts/queries';
import { ok, refuse, type Clock, type Result } from '@keyturn/kernel';
import type { FieldRecord, ReportName } from '../../ports/vault.ts';

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
  /** Consumers are asked to try the candidate; a test answers for them. */
  readonly preflight?: boolean;
  /** Other persons must approve first; a test does it for them. */
  readonly approval?: boolean;
  /** A late rotation is told of once more. */
  readonly escalates?: boolean;
  /** How much longer a provider that can't be asked about a person's value is waited for. */
  readonly patienceMs?: number;
  /** Another type, whose values are made otherwise. */
  readonly its?: Pick<NextStep, 'credentialType' | 'strategy'>;
};

/** What has happened in the epoch. */
export type Facts = {
  approved?: boolean;
  /** What finds the old value at a provider that issues; there the candidate counts as applied once it is staged. */
  oldId?: string;
  tryId?: string;
  staged?: { publicFields: FieldRecord; secret: FieldRecord; providerId: string };
  applied?: boolean;
  tested?: string;
  preflight?: 'asked' | 'passed' | 'nacked';
  committed?: boolean;
  acknowledged?: boolean;
  deadlinePassed?: boolean;
  held?: boolean;
  escalated?: boolean;
  /** A person had the old version revoked without the proof. */
  forced?: boolean;
  /** A person went back to the old version; the new one is what goes now. */
  rolledBack?: boolean;
  sessionsEnded?: number;
  idle?: boolean;
  revocationStarted?: boolean;
  deniedAt?: number;
  revoked?: boolean;
  closed?: 'completed' | 'failed';
  failure?: { step: string; reasonCode: string; sentence: string };
  discarded?: boolean;
  /** What became of the new version once a person had replaced it by hand. */
  replaced?: 'superseded' | 'revoking' | 'revoked';
  /** Why the provider refused to revoke, the last time that it did. */
  revokeFailed?: string;
  /** What was told of the provider's taking no calls, in order. */
  throttled?: readonly string[];
};

export const EPOCH = 1;
export const INCARNATION = 1;
export const OLD = 1;
export const NEW = 2;

const publicOf = ({ password: _password, token: _token, apiKey: _key, secretKey: _secretKey, ...fields }: FieldRecord): FieldRecord =>
  fields;

const isHeld = ({ held, revocationStarted, closed }: Facts): boolean => held === true && !revocationStarted && !closed;

const heldOf = (facts: Facts): { readonly held?: true } => (isHeld(facts) ? { held: true } : {});

const sentenceOf = (address: string, facts: Facts): string => {
  if (isHeld(facts)) return `Held: the deadline passed, both versions stay valid: orders/7f3a has not yet proved version ${NEW}.`;
  return facts.committed && !facts.revocationStarted
    ? `${address} waits for the consumers of version ${OLD}.`
    : `${address} is being rotated.`;
};

type About = Pick<NextStep, 'credentialId' | 'address' | 'epoch' | 'incarnation' | 'sentence'>;

const beforeCommit = ({ preflight }: MemoryVaultSettings, facts: Facts, about: About): NextStep => {
  if (!preflight || facts.preflight === 'passed') return { step: 'commit', ...about, version: NEW };
  if (facts.preflight === undefined) return { step: 'ask-preflight', ...about, version: NEW };
  if (facts.preflight === 'asked')
    return { step: 'await-preflight', ...about, version: NEW, waitingFor: ['orders/7f3a'], pollMs: 20, remainingMs: 20_000 };
  return { step: 'fail-preflight', ...about, version: NEW, reasonCode: 'preflight-nacked', why: "orders/7f3a can't use version 2: 28P01" };
};

/** What the epoch still needs, as the real vault's decider answers it. */
export const nextOf = (settings: MemoryVaultSettings, facts: Facts): NextStep => {
  const { credentialId, address, old, its = {} } = settings;
  const about = {
    credentialId,
    address,
    epoch: EPOCH,
    incarnation: INCARNATION,
    sentence: sentenceOf(address, facts),
    ...its,
    ...heldOf(facts),
  };
  const oldFields = publicOf(old);
  const found = facts.oldId === undefined ? {} : { providerId: facts.oldId, kept: facts.staged ? [facts.staged.providerId] : [] };
  const versions: KnownVersion[] = [{ version: OLD, status: 'current', publicFields: oldFields }];
  if (settings.approval && !facts.approved && !facts.closed)
    return { step: 'await-approval', ...about, given: 0, needed: 1, waitMs: 20_000 };
  if (facts.closed) return { step: 'closed', ...about, status: facts.closed };
  if (!facts.staged && its.strategy === 'assisted') return { step: 'await-value', ...about, version: NEW, waitMs: 20_000 };
  if (!facts.staged)
    return { step: 'stage', ...about, version: NEW, versions, ...(facts.tryId === undefined ? {} : { tryId: facts.tryId }) };
  const { publicFields } = facts.staged;
  if (!facts.applied) return { step: 'apply', ...about, version: NEW, owner: oldFields, publicFields };
  const { patienceMs } = settings;
  if (facts.tested === undefined)
    return { step: 'test', ...about, version: NEW, publicFields, owner: oldFields, ...(patienceMs === undefined ? {} : { patienceMs }) };
  if (!facts.committed) return beforeCommit(settings, facts, about);
  const retiring = facts.rolledBack
    ? { version: NEW, publicFields, providerId: facts.staged.providerId }
    : { version: OLD, publicFields: oldFields, ...found };
  return facts.revocationStarted ? whileRevoking(settings, facts, about, retiring) : whileAwaiting(settings, facts, about, retiring);
};

/** What goes at the end, and what finds it at the provider. */
type Retiring = { readonly version: number; readonly publicFields: FieldRecord; readonly providerId?: string; readonly kept?: string[] };

const whileAwaiting = (settings: MemoryVaultSettings, facts: Facts, about: About, retiring: Retiring): NextStep => {
  const { graceMs = 0, evidenceEveryMs = 20, watchForMs = 100, its } = settings;
  const { version, publicFields, providerId } = retiring;
  if (facts.acknowledged && (facts.idle || its?.strategy === 'assisted')) return { step: 'start-revocation', ...about, version };
  if (facts.deadlinePassed && !facts.held) return { step: 'hold', ...about, version, waitingFor: 'orders/7f3a' };
  if (facts.held && settings.escalates && !facts.escalated) return { step: 'escalate', ...about, version, waitingFor: 'orders/7f3a' };
  const acksMissing = facts.acknowledged ? [] : ['orders/7f3a'];
  const row = { acksMissing, graceMs, evidenceEveryMs, forMs: watchForMs };
  return { step: 'watch', ...about, version, publicFields, ...(providerId === undefined ? {} : { providerId }), ...row };
};

const whileRevoking = ({ clock, soakMs = 0, its }: MemoryVaultSettings, facts: Facts, about: About, retiring: Retiring): NextStep => {
  const { version } = retiring;
  if (facts.deniedAt === undefined && its?.strategy === 'assisted') return { step: 'await-deletion', ...about, version, waitMs: 20_000 };
  if (facts.deniedAt === undefined) return { step: 'deny-logins', ...about, ...retiring, ...(facts.forced ? { endSessions: true } : {}) };
  const remainingMs = facts.deniedAt + soakMs - clock.now().getTime();
  if (remainingMs > 0) return { step: 'soak', ...about, version, remainingMs };
  return facts.revoked ? { step: 'complete', ...about } : { step: 'erase', ...about, ...retiring };
};

export type Report = { readonly name: ReportName; readonly data: Readonly<Record<string, unknown>>; readonly secret?: FieldRecord };
type Change = (facts: Facts, report: Report, clock: Clock) => Result<void, Refusal>;

const changed = (facts: Facts, change: Facts): Result<void, Refusal> => {
  Object.assign(facts, change);
  return ok(undefined);
};
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What each report changes, or why it is refused. */
export const CHANGES: Record<ReportName, Change> = {
  'epoch.announce-candidate': (facts, { data }) =>
    changed(facts, { oldId: text(Object(data['current']).providerId), tryId: text(data['tryId']) }),
  'epoch.stage-candidate': (facts, { data, secret = {} }) =>
    facts.staged
      ? refuse({ code: 'version-pending', pending: NEW })
      : facts.tryId !== undefined && data['tryId'] !== facts.tryId
        ? refuse({ code: 'announcement-stale', requested: NEW })
        : changed(facts, {
            staged: { publicFields: Object(data['publicFields']), secret, providerId: text(data['providerId']) },
            ...(facts.oldId === undefined ? {} : { applied: true }),
          }),
  'epoch.record-applied': (facts) => changed(facts, { applied: true }),
  'epoch.record-tested': (facts, { data }) => {
    const verdict = text(data['verdict']);
    return changed(facts, saysNothing(verdict) ? {} : { tested: verdict });
  },
  'epoch.ask-preflight': (facts) => changed(facts, { preflight: 'asked' }),
  'epoch.commit': (facts) =>
    facts.tested === 'valid' ? changed(facts, { committed: true }) : refuse({ code: 'version-untested', requested: NEW }),
  'epoch.record-evidence': (facts, { data }) => changed(facts, { idle: data['idle'] === true }),
  'epoch.hold': (facts) => changed(facts, { held: true }),
  'epoch.record-throttled': (facts, { data }) => changed(facts, { throttled: [...(facts.throttled ?? []), text(data['sentence'])] }),
  'epoch.escalate': (facts) => changed(facts, { escalated: true }),
  'epoch.start-revocation': (facts) => changed(facts, { revocationStarted: true }),
  'epoch.record-logins-denied': (facts, { data }, clock) => {
    const sessions: unknown = Object(data['ended']).sessions;
    return changed(facts, { deniedAt: clock.now().getTime(), ...(typeof sessions === 'number' ? { sessionsEnded: sessions } : {}) });
  },
  'epoch.record-revoked': (facts) => changed(facts, { revoked: true }),
  'epoch.complete': (facts) => changed(facts, { closed: 'completed' }),
  'epoch.fail': (facts, { data }) => {
    if (facts.committed) return refuse({ code: 'version-not-pending', requested: NEW });
    const failure = { step: text(data['step']), reasonCode: text(data['reasonCode']), sentence: text(data['sentence']) };
    return changed(facts, { closed: 'failed', failure });
  },
  'ledger.record-discarded': (facts) => changed(facts, { discarded: true }),
  'ledger.start-revocation': (facts) => changed(facts, { replaced: 'revoking' }),
  'ledger.record-revoked': (facts) =>
    facts.replaced === 'revoking' ? changed(facts, { replaced: 'revoked' }) : refuse({ code: 'version-not-revoking', requested: NEW }),
  'ledger.record-revoke-failed': (facts, { data }) => changed(facts, { revokeFailed: text(data['sentence']) }),
};
