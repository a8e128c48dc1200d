import { type Actor, DEFAULT_POLICY, type RotationPolicy, type TestVerdict } from '@keyturn/contracts';
import { specFor, specTime } from '@keyturn/testkit';
import type { Facts } from '../credential/awaited.ts';
import type { CommandOf, CredentialCommand } from '../credential/command.ts';
import { decide } from '../credential/decide.ts';
import { evolve } from '../credential/evolve.ts';
import { eventsOf } from '../credential/happened.ts';
import type { LeaseFact } from '../credential/lease-fact.ts';
import { unregistered } from '../credential/state.ts';

// The words of the credential's specs. Every event takes one second; the policy's waits are zero, preflight included, unless a spec says
// otherwise.

export const id = '01997a3e-0000-7000-8000-000000000001';
export const address = 'system.postgres.orders';
export const issuer = '01997a3e-0000-7000-8000-00000000000f';
export const policy: RotationPolicy = { ...DEFAULT_POLICY, graceMs: 0, soakMs: 0, preflightMs: 0 };
export const sealed = new Uint8Array([1]);
export const masks = { password: '••••••' };
export const FORCE_REASON = 'that host is gone';
export const person = (name: string): Actor => ({ kind: 'person', id: name });
const make = eventsOf({ credentialId: id, address });

/** The same as somebody else's doing. */
export const by = <Event extends object>(who: string | Actor, event: Event) => ({ ...event, by: who });

export const given = specFor({ initial: unregistered, decide, evolve });

export const fieldsOf = (version: number) => ({
  host: 'db.internal',
  port: '5432',
  database: 'orders',
  username: version === 1 ? 'orders' : `orders_kt${version - 1}`,
});
/** The command that registers what `registered` says, its value to be tested first. */
export const registration = (changes: Partial<CommandOf<'credential.register'>> = {}): CredentialCommand => ({
  type: 'credential.register',
  data: {
    credentialId: id,
    address,
    addressOwner: null,
    details: {},
    isDefault: false,
    credentialType: 'database_password',
    issuer,
    policy,
    publicFields: fieldsOf(1),
    masks,
    sealed,
    ...changes,
  },
});
export const registered = (changes: Partial<typeof policy> = {}, managed = true) =>
  make('credential.registered', {
    credentialType: 'database_password',
    issuer: managed ? issuer : null,
    policy: { ...policy, ...changes },
  });
export const staged = (version: number, epoch: number | null) =>
  make('credential.version-staged', { version, epoch, publicFields: fieldsOf(version), masks });
export const imported = () => make('credential.rotated', { from: null, to: 1, generation: 1, epoch: null, untested: 'import' });
export const requested = (epoch: number) => make('rotation.requested', { epoch, reason: 'manual' });
export const requestedUnder = (epoch: number, approvals: number) => make('rotation.requested', { epoch, reason: 'manual', approvals });
export const requestedInHaste = (epoch: number, deadlineMs: number, askedAt?: string) =>
  make('rotation.requested', {
    epoch,
    reason: 'compromised',
    shortened: { graceMs: 0, deadlineMs },
    ...(askedAt === undefined ? {} : { askedAt }),
  });
export const approved = (given: number, needed: number, of: 'rotation' | 'force' = 'rotation', note?: string) =>
  make('rotation.approved', { epoch: 1, of, given, needed, ...(note === undefined ? {} : { note }) });
/** Asked for at that second, under a policy that gives a day. */
export const forceAsked = (cutOff: string[], atSecond: number, version = 1) => {
  const until = new Date(Date.parse(specTime(atSecond)) + DEFAULT_POLICY.approveWithinMs).toISOString();
  return make('rotation.force-asked', { epoch: 1, version, reason: FORCE_REASON, cutOff, until });
};
export const forceRejected = (reason: string) => make('rotation.force-rejected', { epoch: 1, reason });
export const forceLapsed = (reason: string) => make('rotation.force-rejected', { epoch: 1, reason, lapsed: true });
export const escalated = (times: number, lateSince: string, waitingFor = 'orders/a') =>
  make('rotation.escalated', { epoch: 1, times, lateSince, waitingFor });
export const extended = (byMs: number, extraMs: number) =>
  make('rotation.extended', { epoch: 1, byMs, extraMs, reason: 'the deploy is late' });
export const policyChanged = (
  before: typeof policy,
  changed: readonly { readonly setting: keyof typeof policy; readonly to: number | string }[],
  forceApprovedBy?: string,
) =>
  make('credential.policy-changed', {
    policy: { ...before, ...Object.fromEntries(changed.map(({ setting, to }) => [setting, to])) },
    changed: changed.map(({ setting, to }) => ({ setting, from: before[setting], to })),
    reason: FORCE_REASON,
    ...(forceApprovedBy === undefined ? {} : { forceApprovedBy: person(forceApprovedBy) }),
  });
export const forced = (
  who: { readonly by: string; readonly approvedBy?: string; readonly how?: 'hand' | 'policy' },
  cutOff: string[],
  unproved: string[],
  version = 1,
) =>
  make('rotation.forced', {
    epoch: 1,
    version,
    how: who.how ?? 'hand',
    by: person(who.by),
    ...(who.approvedBy === undefined ? {} : { approvedBy: person(who.approvedBy) }),
    reason: FORCE_REASON,
    cutOff,
    unproved,
  });
export const forcedRevoking = (byWhom: string, evidence = '', version = 1) =>
  make('credential.revocation-started', {
    version,
    epoch: 1,
    proof: { acknowledged: 0, lost: [], evidence },
    forced: { by: person(byWhom), reason: FORCE_REASON },
  });
export const revokeFailed = (version: number, sentence: string) =>
  make('ledger.recorded', { kind: 'revoke-failed', version, providerId: fieldsOf(version).username, sentence });
export const owed = (version: number, kind: 'issued-not-committed' | 'superseded-not-revoked') =>
  make('ledger.recorded', { kind, version, providerId: fieldsOf(version).username });
export const owedInSameLogin = (version: number) =>
  make('ledger.recorded', {
    kind: 'superseded-not-revoked',
    version,
    providerId: 'orders',
    sentence: 'Replaced by hand in the same login, orders: it ends when that is revoked.',
  });
/** What a person had made and another one replaced by hand. */
export const owedByHand = (version: number) =>
  make('ledger.recorded', {
    kind: 'superseded-not-revoked',
    version,
    providerId: fieldsOf(version).username,
    sentence: `Replaced by hand, and Keyturn didn't make ${fieldsOf(version).username}: remove it at the provider where nobody uses it, and say so here.`,
  });
/** What Keyturn had made and a person replaced by hand. */
export const owedOurs = (version: number, providerId: string = fieldsOf(version).username) =>
  make('ledger.recorded', {
    kind: 'superseded-not-revoked',
    version,
    providerId,
    sentence: 'Replaced by hand: Keyturn removes it at the provider once nobody uses it any more.',
  });
export const settledByHand = (version: number, because: string) => make('ledger.settled-by-hand', { version, because });
export const startReplaced = (version: number, known: Facts = facts()): CredentialCommand => ({
  type: 'ledger.start-revocation',
  data: { version, evidence: 'no sessions', facts: known },
});
export const recordReplaced = (version: number): CredentialCommand => ({ type: 'ledger.record-revoked', data: { version } });
export const settleByHand = (version: number, reason: string): CredentialCommand => ({
  type: 'credential.settle-leftover',
  data: { version, reason },
});
export const settled = (version: number, outcome: 'committed' | 'revoked' | 'discarded' | 'restored') =>
  make('ledger.settled', { version, outcome });
export const applied = (version: number, epoch: number) => make('credential.version-applied', { version, epoch });
export const tested = (version: number, epoch: number, verdict: 'valid' | 'invalid' | 'forbidden' = 'valid') =>
  make('credential.version-tested', { version, epoch, verdict, sentence: verdict, elapsedMs: 3 });
export const rotated = (from: number, to: number, generation: number, epoch: number, preflight?: string) =>
  make('credential.rotated', { from, to, generation, epoch, ...(preflight === undefined ? {} : { preflight }) });
export const preflightAsked = (
  version: number,
  epoch: number,
  instances: readonly string[],
  untilSecond = 40,
  ungranted?: readonly string[],
) =>
  make('credential.preflight-asked', {
    version,
    epoch,
    instances: [...instances],
    until: specTime(untilSecond).replace('000Z', 'Z'),
    ...(ungranted ? { ungranted: [...ungranted] } : {}),
  });
export const preflighted = (instance: string, version: number, works = true, consumer = 'orders') =>
  make('credential.version-preflighted', { consumer, instance, version, ok: works, sentence: works ? '' : '28P01', elapsedMs: 5 });
export const superseded = (version: number, by: number) => make('credential.version-superseded', { version, by });
export const acknowledged = (instance: string, version: number, generation: number) =>
  make('credential.version-acknowledged', { consumer: 'orders', instance, version, generation, elapsedMs: 5 });
export const nacked = (instance: string, version: number, generation: number) =>
  make('credential.version-nacked', { consumer: 'orders', instance, version, generation, elapsedMs: 5, sentence: '28P01' });
export const seenIdle = (version: number, epoch: number) =>
  make('credential.evidence-recorded', { version, epoch, idle: true, samples: 3, observedMs: 100, sentence: 'no sessions' });
const BUSY = '2 sessions are still logged in.';
export const seenBusy = (version: number, epoch: number) =>
  make('credential.evidence-recorded', { version, epoch, idle: false, samples: 3, observedMs: 0, sentence: BUSY });
export const held = (epoch: number) => make('rotation.held', { epoch, waitingFor: 'orders/a' });
export const throttled = (epoch: number, untilSecond: number, sentence: string) =>
  make('rotation.throttled', { epoch, until: specTime(untilSecond).replace('000Z', 'Z'), sentence });
export const revoking = (version: number, epoch: number, count = 0) =>
  make('credential.revocation-started', { version, epoch, proof: { acknowledged: count, lost: [], evidence: 'no sessions' } });
export const denied = (version: number, epoch: number) => make('credential.logins-denied', { version, epoch });
export const revoked = (version: number, epoch: number) => make('credential.version-revoked', { version, epoch });
export const completed = (epoch: number) => make('rotation.completed', { epoch });
export const failed = (epoch: number) =>
  make('rotation.failed', { epoch, step: 'test', reasonCode: 'candidate-test-failed', sentence: 'The login was refused.' });
export const discarding = (version: number, epoch: number) =>
  make('credential.discard-started', { version, epoch, why: 'candidate-test-failed' });
export const discarded = (version: number, epoch: number) => make('credential.version-discarded', { version, epoch });
export const withdrawn = (version: number) => make('credential.version-withdrawn', { version, reason: 'it is slow' });
export const rolledBack = (from: number, to: number, generation: number) =>
  make('credential.rolled-back', { epoch: 1, from, to, generation, reason: 'it is slow' });

export const edited = (version: number, from: number, publicFields: Readonly<Record<string, string>>) =>
  make('credential.version-staged', { version, epoch: null, publicFields, masks, editedFrom: from });
export const valued = (version: number, publicFields: Readonly<Record<string, string>>) =>
  make('credential.version-staged', { version, epoch: null, publicFields, masks });
type Kind = 'edit' | 'value' | 'roll-back';
export const changeAsked = (
  kind: Kind,
  version: number,
  said: { reason?: string; evenIfUnreachable?: boolean; isDefault?: boolean; trial?: boolean } = {},
) => make('credential.change-asked', { kind, version, ...said });
export const changeFailed = (kind: Kind, version: number, verdict = 'invalid', sentence: string = verdict) =>
  make('credential.change-failed', { kind, version, reasonCode: `test-${verdict}`, sentence });
export const testAsked = (version: number) => make('credential.test-asked', { version });
export const testedAlone = (version: number, verdict: TestVerdict = 'valid') =>
  make('credential.version-tested', { version, epoch: null, verdict, sentence: verdict, elapsedMs: 3 });
export const changed = (from: number, to: number, generation: number, untested?: 'unreachable' | 'no-test') =>
  make('credential.rotated', { from, to, generation, epoch: null, ...(untested === undefined ? {} : { untested }) });
export const broughtBack = (from: number, to: number, generation: number, reason = 'it is slow') =>
  make('credential.rolled-back', { from, to, generation, reason });
export const disabled = (generation: number) => make('credential.disabled', { version: 1, generation, reason: 'a leak' });
export const enabled = (generation: number) => make('credential.enabled', { version: 1, generation });
export const unrevealable = () => make('credential.reveal-policy-changed', { revealable: false });
export const deletionStarted = (versions: number[], epoch = 1) =>
  make('credential.deletion-started', { epoch, versions, reason: 'not used' });
export const shredded = (versions: number[], repeats?: number) =>
  make('credential.shredded', { versions, ...(repeats === undefined ? {} : { repeats }) });
export const deleted = (revoked: number[], leftAliveBecause?: string, more: { readonly reason?: string; readonly repeats?: number } = {}) =>
  make('credential.deleted', {
    reason: 'not used',
    revoked,
    backupRetentionDays: 35,
    ...(leftAliveBecause === undefined ? {} : { leftAliveBecause }),
    ...more,
  });
/** What a test after a restore came to; the sentence is the verdict behind it. */
export const rechecked = (
  version: number,
  outcome: 'tested' | 'failed' | 'no-test' | 'unreachable',
  incarnation: number,
  said?: string,
) => {
  const verdict = { tested: 'valid', failed: 'invalid', 'no-test': 'no-test', unreachable: 'unreachable' }[outcome];
  return make('credential.rechecked', { version, outcome, incarnation, sentence: said ?? verdict, elapsedMs: 3 });
};

/** Version 1 is imported and current. */
export const base = [registered(), staged(1, null), imported()] as const;
/** Epoch 1 has a tested candidate 2. */
export const ready = [...base, requested(1), staged(2, 1), owed(2, 'issued-not-committed'), applied(2, 1), tested(2, 1)] as const;
/** Version 2 is current, version 1 is superseded. */
export const committed = [
  ...ready,
  rotated(1, 2, 2, 1),
  settled(2, 'committed'),
  superseded(1, 2),
  owed(1, 'superseded-not-revoked'),
] as const;

export const lease = (instance: string, versions: readonly number[], changes: Partial<LeaseFact> = {}): LeaseFact => ({
  consumer: 'orders',
  instance,
  lastBeatAt: specTime(10),
  silentMs: 0,
  ended: null,
  holds: versions.map((version) => ({ version, since: specTime(1) })),
  ...changes,
});
export const facts = (leases: readonly LeaseFact[] = [], atSecond = 20, ungranted: readonly string[] = []): Facts => ({
  now: specTime(atSecond),
  leases,
  ungranted,
});

export const stage = (version: number, epoch: number): CredentialCommand => ({
  type: 'epoch.stage-candidate',
  data: { version, epoch, publicFields: fieldsOf(version), masks, sealed, providerId: fieldsOf(version).username },
});
export const test = (version: number, epoch: number, verdict: 'valid' | 'invalid' | 'forbidden' = 'valid'): CredentialCommand => ({
  type: 'epoch.record-tested',
  data: { version, epoch, verdict, sentence: verdict, elapsedMs: 3 },
});
export const ack = (instance: string, version: number, generation: number, works = true): CredentialCommand => ({
  type: 'credential.acknowledge',
  data: { consumer: 'orders', instance, version, generation, elapsedMs: 5, ok: works, sentence: works ? '' : '28P01' },
});
export const askPreflight = (version: number, epoch: number, known: Facts): CredentialCommand => ({
  type: 'epoch.ask-preflight',
  data: { version, epoch, facts: known },
});
export const commit = (version: number, epoch: number, known: Facts = facts()): CredentialCommand => ({
  type: 'epoch.commit',
  data: { version, epoch, facts: known },
});
export const edit = (version: number, from: number, publicFields: Readonly<Record<string, string>>): CredentialCommand => ({
  type: 'credential.edit',
  data: { version, from, publicFields, masks, sealed },
});
export const value = (version: number, publicFields: Readonly<Record<string, string>> = fieldsOf(1)): CredentialCommand => ({
  type: 'credential.stage-value',
  data: { version, publicFields, masks, sealed },
});
/** The keeper's word at a second, where a test may take a minute. */
export const endChange = (version: number, atSecond: number): CredentialCommand => ({
  type: 'credential.end-change',
  data: { version, now: facts([], atSecond).now, deadlineMs: 60_000, backupRetentionDays: 35 },
});
export const errandTested = (
  version: number,
  verdict: CommandOf<'errand.record-tested'>['verdict'] = 'valid',
  rechecking: number | null = null,
): CredentialCommand => ({
  type: 'errand.record-tested',
  data: { version, verdict, sentence: verdict, elapsedMs: 3, rechecking, backupRetentionDays: 35 },
});
export const errandRevoked = (version: number): CredentialCommand => ({
  type: 'errand.record-revoked',
  data: { version, backupRetentionDays: 35 },
});
export const deleteIt = (known: Facts = facts(), leftAliveBecause?: string, confirm = address): CredentialCommand => ({
  type: 'credential.delete',
  data: {
    confirm,
    reason: 'not used',
    facts: known,
    managed: [],
    backupRetentionDays: 35,
    ...(leftAliveBecause === undefined ? {} : { leftAliveBecause }),
  },
});
export const tried = (instance: string, version: number, works = true, consumer = 'orders'): CredentialCommand => ({
  type: 'credential.record-preflight',
  data: { consumer, instance, version, ok: works, sentence: works ? '' : '28P01', elapsedMs: 5 },
});
export const watched = (version: number, epoch: number, idle: boolean): CredentialCommand => ({
  type: 'epoch.record-evidence',
  data: { version, epoch, idle, samples: 3, observedMs: idle ? 100 : 0, sentence: idle ? 'no sessions' : BUSY },
});
export const revoke = (version: number, epoch: number, known: Facts): CredentialCommand => ({
  type: 'epoch.start-revocation',
  data: { version, epoch, facts: known },
});
export const tellRevokeFailed = (version: number, sentence: string): CredentialCommand => ({
  type: 'ledger.record-revoke-failed',
  data: { version, sentence },
});
export const cancel = (epoch: number): CredentialCommand => ({ type: 'rotation.cancel', data: { epoch, reason: 'a mistake', by: 'Ada' } });
export const fail = (epoch: number): CredentialCommand => ({
  type: 'epoch.fail',
  data: { epoch, step: 'test', reasonCode: 'candidate-test-failed', sentence: 'The login was refused.' },
});
