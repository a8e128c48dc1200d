import type { CredentialEvent, DecisionEvent, LifecycleEvent, Recorded, ScheduleEvent } from '@keyturn/contracts/events';
import { CredentialEvent as CredentialEventSchema, isDecision, isOfSchedule } from '@keyturn/contracts/events';
import { assertNever } from '@keyturn/kernel';
import { detailsOf, evolveDetails } from './details.ts';
import { committedChange, recordTest } from './evolve-change.ts';
import { endCredential, evolveLifecycle, isLifecycle } from './evolve-lifecycle.ts';
import { enter, retire, without } from './evolve-ledger.ts';
import { evolveSchedule } from './evolve-schedule.ts';
import { evolveDecision } from './evolve-decision.ts';
import { changeRotation, changeVersion, type Fact, withoutCandidate } from './evolve-version.ts';
import { endsFrom, expiryOf } from './expiry.ts';
import { risenTo } from './generation.ts';
import { neverInspected } from './inspected.ts';
import { providerIdOf } from './provider-id.ts';
import { restoredBy } from './replaced.ts';
import { noSchedule } from './scheduled.ts';
import { type Acknowledged, latestRotation } from './rotation.ts';
import { type Credential, type RegisteredCredential, versionOf, whoOf } from './state.ts';
import type { Version } from './version.ts';

type Happened<Type extends CredentialEvent['type']> = Extract<CredentialEvent, { type: Type }>['data'];

const register = (data: Happened<'credential.registered'>, fact: Fact): RegisteredCredential => ({
  status: 'registered',
  credentialId: data.credentialId,
  address: data.address,
  credentialType: data.credentialType,
  ...detailsOf(data),
  ...noSchedule,
  issuer: data.issuer,
  issuerType: data.issuerType ?? null,
  policy: data.policy,
  forceApproved: null,
  registeredAt: fact.recordedAt,
  updatedAt: fact.recordedAt,
  incarnation: fact.meta.incarnation,
  changes: 1,
  ...risenTo(0, fact.meta.incarnation),
  current: null,
  versions: [],
  rotations: [],
  acknowledged: {},
  ledger: [],
  disabled: null,
  change: null,
  failedChange: null,
  endedChanges: [],
  testAsked: null,
  inspected: neverInspected,
  tests: [],
  recheck: null,
  settledIn: 0,
  deletion: null,
  revealable: true,
});

const stage = (state: RegisteredCredential, data: Happened<'credential.version-staged'>, fact: Fact): RegisteredCredential => {
  const made = { editedFrom: data.editedFrom ?? null, sameAs: data.sameAs ?? null };
  const version: Version = {
    version: data.version,
    status: 'pending',
    epoch: data.epoch,
    position: fact.position,
    publicFields: data.publicFields,
    masks: data.masks,
    providerId: data.providerId ?? providerIdOf(state, { ...data, ...made }),
    ...made,
    expiresAt: expiryOf(state, { expiresAt: data.expiresAt, ...made }),
    stagedAt: fact.recordedAt,
    stagedBy: whoOf(fact.meta.actor),
    appliedAt: null,
    tested: null,
    untested: null,
    committedAt: null,
    committedBy: null,
    supersededAt: null,
    revokingAt: null,
    loginsDeniedAt: null,
    endedAt: null,
    endedBy: null,
    leftAliveBecause: null,
    shreddedAt: null,
  };
  const staged = { ...state, versions: [...state.versions, version] };
  return data.epoch === null ? staged : changeRotation(staged, { candidate: data.version, serving: data.version, retiring: state.current });
};

/** The version of today, and what was edited out of it, is known by what finds it at the provider from now on. */
const announce = (state: RegisteredCredential, data: Happened<'credential.candidate-announced'>, fact: Fact): RegisteredCredential => {
  const { version, providerId, current, tryId = null } = data;
  const before = versionOf(state, current.version)?.providerId;
  const versions = state.versions.map((known) => (known.providerId === before ? { ...known, providerId: current.providerId } : known));
  return changeRotation({ ...state, versions }, { announced: { version, providerId, tryId, incarnation: fact.meta.incarnation } });
};

/** Another version is current: what a restore left open of the one before concerns nobody any more. */
const settled = ({ meta }: Fact) => ({ recheck: null, testAsked: null, settledIn: meta.incarnation });

const commit = (state: RegisteredCredential, data: Happened<'credential.rotated'>, fact: Fact): RegisteredCredential => {
  const at = fact.recordedAt;
  const ends = endsFrom(state, data);
  const committed = { committedAt: at, committedBy: whoOf(fact.meta.actor), untested: data.untested ?? null, ...ends };
  const next = changeVersion(state, data.to, { status: 'current', ...committed });
  const moved = {
    ...next,
    ...ends,
    current: data.to,
    ...risenTo(data.generation, fact.meta.incarnation),
    ...committedChange(state, data.generation),
    ...settled(fact),
  };
  return data.epoch === null ? moved : changeRotation(moved, { committedAt: at, firstCommittedAt: at });
};

/** The withdrawn version retires, the restored one serves, and whoever acknowledged the last generation is asked anew. */
const rollBack = (state: RegisteredCredential, data: Happened<'credential.rolled-back'>, fact: Fact): RegisteredCredential => {
  const at = fact.recordedAt;
  const rolledBack = { by: fact.meta.actor, reason: data.reason, at };
  const ends = endsFrom(state, data);
  const restored = {
    status: 'current',
    ...ends,
    supersededAt: null,
    leftAliveBecause: null,
    ...(data.untested === undefined ? {} : { untested: data.untested }),
  } as const;
  const target = versionOf(state, data.to);
  const moved = {
    ...changeVersion(state, data.to, restored),
    ...(target ? { ledger: without(state, ...restoredBy(state, target)) } : {}),
    ...ends,
    current: data.to,
    ...risenTo(data.generation, fact.meta.incarnation),
    ...settled(fact),
  };
  // Outside a rotation the last one is over, and stays as it was.
  if (data.epoch === undefined) return { ...moved, ...committedChange(state, data.generation) };
  return changeRotation(moved, {
    serving: data.to,
    retiring: data.from,
    committedAt: at,
    rolledBack,
    evidence: null,
    heldAt: null,
    extraMs: 0,
    escalated: null,
    forceAsked: null,
    reports: [],
  });
};

const report = (
  state: RegisteredCredential,
  data: Happened<'credential.version-acknowledged'>,
  sentence: string | null,
  at: string,
): RegisteredCredential => {
  const { consumer, instance, generation, version } = data;
  const said: Acknowledged = { consumer, instance, generation, version, ok: sentence === null, sentence, at };
  const next = { ...state, acknowledged: { ...state.acknowledged, [`${consumer}/${instance}`]: said } };
  const rotation = state.rotations.at(-1);
  return rotation?.status === 'open' && rotation.serving === version
    ? changeRotation(next, { reports: [...rotation.reports, said] })
    : next;
};

const askPreflight = (state: RegisteredCredential, data: Happened<'credential.preflight-asked'>, at: string): RegisteredCredential => {
  const { version, until, ungranted = [] } = data;
  const before = state.rotations.at(-1)?.preflight;
  const { instances, rounds, askedAt, probes } =
    before?.version === version ? before : { instances: [], rounds: 0, askedAt: at, probes: [] };
  const preflight = { version, instances: [...instances, ...data.instances], ungranted, rounds: rounds + 1, askedAt, until, probes };
  return changeRotation(state, { preflight });
};

const probe = (state: RegisteredCredential, data: Happened<'credential.version-preflighted'>, at: string): RegisteredCredential => {
  const { consumer, instance, ok, sentence } = data;
  const preflight = state.rotations.at(-1)?.preflight;
  if (!preflight) return state;
  return changeRotation(state, { preflight: { ...preflight, probes: [...preflight.probes, { consumer, instance, ok, sentence, at }] } });
};

const guardsOf = ({ preflightMs, graceMs, lostAfterMs }: RegisteredCredential['policy']) => ({ preflightMs, graceMs, lostAfterMs });

const request = (state: RegisteredCredential, data: Happened<'rotation.requested'>, fact: Fact): RegisteredCredential => ({
  ...state,
  rotations: [
    ...state.rotations,
    {
      epoch: data.epoch,
      status: 'open',
      reason: data.reason,
      note: data.note ?? null,
      requestedBy: fact.meta.actor,
      requestedAt: fact.recordedAt,
      askedAt: data.askedAt ?? fact.recordedAt,
      traceparent: fact.meta.traceparent ?? null,
      endedAt: null,
      heldAt: null,
      throttled: null,
      approvalsNeeded: data.approvals ?? 0,
      approvals: [],
      approvedUnder: data.approvals === undefined || data.approvals === 0 ? null : guardsOf(state.policy),
      shortened: data.shortened ?? null,
      extraMs: 0,
      escalated: null,
      forceAsked: null,
      forced: null,
      strategy: data.strategy ?? 'chosen',
      elsewhere: data.elsewhere ?? false,
      announced: null,
      candidate: null,
      preflight: null,
      serving: null,
      retiring: null,
      committedAt: null,
      firstCommittedAt: null,
      rolledBack: null,
      testedAt: null,
      evidence: null,
      reports: [],
      failure: null,
    },
  ],
});

const denyLogins = (state: RegisteredCredential, data: Happened<'credential.logins-denied'>, at: string): RegisteredCredential => {
  const { version, ended } = data;
  const denied = changeVersion(state, version, { loginsDeniedAt: at });
  const forced = latestRotation(state)?.forced;
  return forced && ended ? changeRotation(denied, { forced: { ...forced, ended } }) : denied;
};

type RotationEvent = Exclude<Extract<CredentialEvent, { type: `rotation.${string}` | `ledger.${string}` }>, DecisionEvent>;
type VersionEvent = Exclude<
  CredentialEvent,
  RotationEvent | LifecycleEvent | DecisionEvent | ScheduleEvent | { type: 'credential.registered' | 'credential.details-changed' }
>;

const isOfRotation = (event: RotationEvent | VersionEvent): event is RotationEvent =>
  event.type.startsWith('rotation.') || event.type.startsWith('ledger.');

const applyToRotation = (state: RegisteredCredential, event: RotationEvent, fact: Fact): RegisteredCredential => {
  const at = fact.recordedAt;
  switch (event.type) {
    case 'ledger.recorded':
      return { ...state, ledger: enter(state, event.data, at) };
    case 'ledger.settled':
      return { ...state, ledger: without(state, event.data.version) };
    case 'ledger.settled-by-hand':
      return changeVersion({ ...state, ledger: without(state, event.data.version) }, event.data.version, {
        leftAliveBecause: event.data.because,
      });
    case 'rotation.requested':
      return request(state, event.data, fact);
    case 'rotation.held':
      return changeRotation(state, { heldAt: at });
    case 'rotation.throttled':
      return changeRotation(state, { throttled: { until: event.data.until, sentence: event.data.sentence } });
    case 'rotation.value-given':
      return state;
    case 'rotation.deletion-reported':
      return changeVersion(state, event.data.version, { loginsDeniedAt: at });
    case 'rotation.completed':
      return changeRotation(state, { status: 'completed', endedAt: at });
    case 'rotation.failed': {
      const { step, reasonCode, sentence } = event.data;
      return changeRotation(state, { status: 'failed', endedAt: at, failure: { step, code: reasonCode, sentence } });
    }
    default:
      return assertNever(event);
  }
};

const applyToVersion = (state: RegisteredCredential, event: VersionEvent, fact: Fact): RegisteredCredential => {
  const at = fact.recordedAt;
  switch (event.type) {
    case 'credential.candidate-announced':
      return announce(state, event.data, fact);
    case 'credential.version-staged':
      return stage(state, event.data, fact);
    case 'credential.version-applied':
      return changeVersion(state, event.data.version, { appliedAt: at });
    case 'credential.version-tested':
      return recordTest(state, event.data, fact);
    case 'credential.preflight-asked':
      return askPreflight(state, event.data, at);
    case 'credential.version-preflighted':
      return probe(state, event.data, at);
    case 'credential.rotated':
      return commit(state, event.data, fact);
    case 'credential.version-superseded':
      return retire(state, event.data, 'superseded', at);
    case 'credential.version-acknowledged':
      return report(state, event.data, null, at);
    case 'credential.version-nacked':
      return report(state, event.data, event.data.sentence, at);
    case 'credential.evidence-recorded': {
      const { version, idle, observedMs, sentence } = event.data;
      return changeRotation(state, { evidence: { version, idle, observedMs, sentence, at } });
    }
    case 'credential.version-withdrawn':
      return retire(state, event.data, 'withdrawn', at);
    case 'credential.rolled-back':
      return rollBack(state, event.data, fact);
    case 'credential.revocation-started':
      return changeRotation(changeVersion(state, event.data.version, { status: 'revoking', revokingAt: at }), { forceAsked: null });
    case 'credential.logins-denied':
      return denyLogins(state, event.data, at);
    case 'credential.version-revoked':
      return changeVersion(state, event.data.version, { status: 'revoked', endedAt: at, endedBy: whoOf(fact.meta.actor) });
    case 'credential.discard-started':
      return event.data.replaceable
        ? withoutCandidate(changeVersion(state, event.data.version, { status: 'discarding' }), event.data.version)
        : changeVersion(state, event.data.version, { status: 'discarding' });
    case 'credential.version-discarded':
      return withoutCandidate(
        changeVersion(state, event.data.version, { status: 'discarded', endedAt: at, endedBy: whoOf(fact.meta.actor) }),
        event.data.version,
      );
    case 'credential.version-brought-again':
      return changeVersion(state, event.data.version, { leftAliveBecause: null });
    default:
      return assertNever(event);
  }
};

const apply = (state: RegisteredCredential, event: Exclude<CredentialEvent, { type: 'credential.registered' }>, fact: Fact) => {
  if (isLifecycle(event)) return evolveLifecycle(state, event, fact);
  if (isOfSchedule(event)) return evolveSchedule(state, event, fact);
  if (isDecision(event)) return evolveDecision(state, event, fact);
  if (event.type === 'credential.details-changed') return evolveDetails(state, event.data.changed);
  return isOfRotation(event) ? applyToRotation(state, event, fact) : applyToVersion(state, event, fact);
};

/**
 * Steps that leave a credential's value and details as they are. They do not count as its last change: a list sorted by it would jump about
 * with every probe, and each step would move the row in all of the table's indexes.
 */
const OF_A_ROTATION_UNDER_WAY: ReadonlySet<CredentialEvent['type']> = new Set<CredentialEvent['type']>([
  'credential.candidate-announced',
  'credential.version-staged',
  'credential.version-applied',
  'credential.version-tested',
  'credential.preflight-asked',
  'credential.version-preflighted',
  'credential.version-acknowledged',
  'credential.version-nacked',
  'credential.evidence-recorded',
  'credential.revocation-started',
  'credential.logins-denied',
  'credential.version-revoked',
  'credential.discard-started',
  'credential.version-discarded',
  'credential.version-brought-again',
  'ledger.recorded',
  'ledger.settled',
  'ledger.settled-by-hand',
  'rotation.requested',
  'rotation.held',
  'rotation.throttled',
  'rotation.approved',
  'rotation.force-asked',
  'rotation.force-rejected',
  'rotation.forced',
  'rotation.escalated',
  'rotation.extended',
  'rotation.value-given',
  'rotation.deletion-reported',
  'rotation.completed',
  'rotation.failed',
  'credential.rechecked',
  'credential.test-asked',
  'credential.scheduled-rotation-refused',
  'credential.rotation-overdue',
  'credential.expiring',
  'credential.expired',
]);

/** Nothing has changed yet, or nothing after all: who tries another value after a wrong one has seen the credential as it is. */
const CHANGES_NOTHING: ReadonlySet<CredentialEvent['type']> = new Set<CredentialEvent['type']>([
  'credential.change-asked',
  'credential.change-failed',
]);

/** What an event of a credential's stream makes of its state. Never says no: the past is not up for debate. */
export const evolve = (state: Credential, recorded: Recorded): Credential => {
  const event = CredentialEventSchema.parse({ type: recorded.type, data: recorded.data });
  if (event.type === 'credential.registered') return register(event.data, recorded);
  if (state.status === 'unregistered') throw new Error(`${recorded.stream} begins with ${event.type}`);
  if (state.status === 'deleted') return state;
  if (event.type === 'credential.deleted') return endCredential(state, event.data, recorded);
  const next = { ...apply(state, event, recorded), incarnation: recorded.meta.incarnation };
  if (OF_A_ROTATION_UNDER_WAY.has(event.type)) return next;
  const changes = state.changes + (CHANGES_NOTHING.has(event.type) ? 0 : 1);
  return { ...next, updatedAt: recorded.recordedAt, changes };
};
