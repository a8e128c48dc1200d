import { noTestBecause, type Refusal } from '@keyturn/contracts';
import { assertNever, ok, refuse } from '@keyturn/kernel';
import { approve, reject } from './approval.ts';
import { giveValue, reportDeletion } from './assisted.ts';
import { changeAsked, edit, endChange, recordErrandTested, rollBackTo, stageValue } from './change.ts';
import { changePolicy, refusePolicy } from './change-policy.ts';
import type { CommandOf, CredentialCommand } from './command.ts';
import {
  acknowledge,
  announceCandidate,
  askPreflight,
  commit,
  recordApplied,
  recordPreflight,
  recordTested,
  stageCandidate,
} from './decide-candidate.ts';
import {
  cancel,
  complete,
  fail,
  hold,
  recordDiscarded,
  recordEvidence,
  recordLoginsDenied,
  recordRevoked,
  recordRevokeFailed,
  startRevocation,
} from './decide-retirement.ts';
import { changeSchedule, doDue } from './decide-schedule.ts';
import { escalate, extend, shortenedFor } from './deadline.ts';
import { deleteCredential, recordErrandRevoked, repeatDeletion } from './deletion.ts';
import { changeRevealPolicy, disable, enable } from './disabling.ts';
import { changeDetails } from './details.ts';
import { force } from './force.ts';
import { type Decided, eventsOf } from './happened.ts';
import { obstaclesTo } from './obstacles.ts';
import { isTestable, strategyNow } from './provider-abilities.ts';
import { recordNoTest } from './recheck.ts';
import { rollBack } from './roll-back.ts';
import { latestRotation } from './rotation.ts';
import type { Credential, RegisteredCredential } from './state.ts';
import { recordReplacedRevoked, settleLeftover, startReplacedRevocation } from './settle-replaced.ts';
import { requestTest } from './test-asked.ts';
import { refuseUnapproved } from './unapproved.ts';

const register = (data: CommandOf<'credential.register'>, state: Credential): Decided => {
  if (state.status !== 'unregistered') return refuse({ code: 'credential-exists' });
  if (data.addressOwner !== null) return refuse({ code: 'address-taken', address: data.address, credentialId: data.addressOwner });
  const { credentialType, issuer, issuerType, policy, details, origin, untested, publicFields, masks, sealed } = data;
  const contradiction = refusePolicy(policy);
  if (contradiction) return refuse(contradiction);
  const why = data.trial === true ? noTestBecause(credentialType, publicFields) : null;
  if (why !== null) return refuse({ code: 'no-test', why });
  const make = eventsOf(data);
  return ok([
    make('credential.registered', {
      credentialType,
      issuer,
      ...(issuerType === undefined ? {} : { issuerType }),
      policy,
      ...details,
      ...(origin === undefined ? {} : { origin }),
    }),
    { ...make('credential.version-staged', { version: 1, epoch: null, publicFields, masks }), sealed },
    isTestable(credentialType, publicFields) && untested === undefined
      ? changeAsked(data, 'value', 1, data)
      : make('credential.rotated', { from: null, to: 1, generation: 1, epoch: null, untested: untested ?? 'no-test' }),
  ]);
};

const requestRotation = (data: CommandOf<'rotation.request'>, state: RegisteredCredential): Decided => {
  const [obstacle] = obstaclesTo(state);
  if (obstacle) return refuse(obstacle);
  const strategy = strategyNow(state);
  const epoch = (latestRotation(state)?.epoch ?? 0) + 1;
  const { approvals } = state.policy;
  const shortened = shortenedFor(data.reason, state.policy);
  return ok([
    eventsOf(state)('rotation.requested', {
      epoch,
      ...data,
      ...(strategy === 'chosen' ? {} : { strategy }),
      ...(approvals === 0 ? {} : { approvals }),
      ...(shortened === null ? {} : { shortened }),
    }),
  ]);
};

/** Lets only the newest, still open epoch act. A worker that slept through a takeover is told so. */
const refuseForeignEpoch = (epoch: number, state: RegisteredCredential): Refusal | null => {
  const latest = latestRotation(state);
  if (!latest || epoch > latest.epoch) return { code: 'rotation-unknown', epoch };
  if (epoch < latest.epoch) return { code: 'epoch-stale', epoch, latest: latest.epoch };
  return latest.status === 'open' ? null : { code: 'rotation-closed', epoch };
};

type EpochCommand = Extract<CredentialCommand, { type: `epoch.${string}` }>;

const isOfEpoch = (command: CredentialCommand): command is EpochCommand => command.type.startsWith('epoch.');

const decideInEpoch = (command: EpochCommand, state: RegisteredCredential): Decided => {
  const rotation = latestRotation(state);
  const foreign = refuseForeignEpoch(command.data.epoch, state);
  if (foreign) return closedOrRefused(command, foreign);
  if (!rotation) throw new Error('an open epoch without a rotation');
  const unapproved = refuseUnapproved(rotation);
  if (unapproved && command.type !== 'epoch.fail') return refuse(unapproved);
  switch (command.type) {
    case 'epoch.announce-candidate':
      return announceCandidate(command.data, state, rotation);
    case 'epoch.stage-candidate':
      return stageCandidate(command.data, state, rotation);
    case 'epoch.record-applied':
      return recordApplied(command.data, state);
    case 'epoch.record-tested':
      return recordTested(command.data, state, rotation);
    case 'epoch.ask-preflight':
      return askPreflight(command.data, state, rotation);
    case 'epoch.commit':
      return commit(command.data, state, rotation);
    case 'epoch.record-evidence':
      return recordEvidence(command.data, state, rotation);
    case 'epoch.hold':
      return hold(command.data, state, rotation);
    case 'epoch.escalate':
      return escalate(command.data, state, rotation);
    case 'epoch.start-revocation':
      return startRevocation(command.data, state, rotation);
    case 'epoch.record-logins-denied':
      return recordLoginsDenied(command.data, state);
    case 'epoch.record-revoked':
      return recordRevoked(command.data, state);
    case 'epoch.complete':
      return complete(command.data, state, rotation);
    case 'epoch.fail':
      return fail(command.data, state, rotation);
    default:
      return assertNever(command);
  }
};

/** Closing what is closed changes nothing; everything else comes too late. */
const closedOrRefused = (command: EpochCommand, foreign: Refusal): Decided =>
  foreign.code === 'rotation-closed' && (command.type === 'epoch.complete' || command.type === 'epoch.fail') ? ok([]) : refuse(foreign);

type RotationCommand = Extract<CredentialCommand, { type: `rotation.${string}` }>;

const isOfRotation = (command: CredentialCommand): command is RotationCommand => command.type.startsWith('rotation.');

/** What persons ask of a rotation. */
const decideOnRotation = (command: RotationCommand, state: RegisteredCredential): Decided => {
  switch (command.type) {
    case 'rotation.request':
      return requestRotation(command.data, state);
    case 'rotation.cancel':
      return cancel(command.data, state);
    case 'rotation.approve':
      return approve(command.data, state);
    case 'rotation.reject':
      return reject(command.data, state);
    case 'rotation.force':
      return force(command.data, state);
    case 'rotation.extend':
      return extend(command.data, state);
    case 'rotation.give-value':
      return giveValue(command.data, state);
    case 'rotation.report-deletion':
      return reportDeletion(command.data, state);
    case 'rotation.roll-back':
      return rollBack(command.data, state);
    default:
      return assertNever(command);
  }
};

/** What goes on while a credential is being deleted, and changes nothing afterwards. */
const ENDING: ReadonlySet<string> = new Set(['credential.delete', 'errand.record-revoked', 'credential.repeat-deletion']);

/**
 * What a command makes of a credential: events, or a refusal. Pure; a repeated command yields no events.
 * The invariants (property-tested): at most one current version; it is never revoked; nothing is revoked without the proof.
 */
export const decide = (command: CredentialCommand, state: Credential): Decided => {
  if (command.type === 'credential.register') return register(command.data, state);
  if (state.status === 'unregistered') return refuse({ code: 'credential-unknown' });
  if (state.status === 'deleted') return ENDING.has(command.type) ? ok([]) : refuse({ code: 'credential-deleted' });
  if (state.deletion && !ENDING.has(command.type)) return refuse({ code: 'credential-deleting' });
  if (isOfEpoch(command)) return decideInEpoch(command, state);
  if (command.type === 'credential.change-schedule') return changeSchedule(command.data, state);
  if (command.type === 'credential.do-due') return doDue(command.data, state, requestRotation);
  if (isOfRotation(command)) return decideOnRotation(command, state);
  switch (command.type) {
    case 'credential.change-details':
      return changeDetails(command.data, state);
    case 'credential.stage-value':
      return stageValue(command.data, state);
    case 'credential.change-policy':
      return changePolicy(command.data, state);
    case 'credential.disable':
      return disable(command.data, state);
    case 'credential.enable':
      return enable(command.data, state);
    case 'credential.change-reveal-policy':
      return changeRevealPolicy(command.data, state);
    case 'credential.edit':
      return edit(command.data, state);
    case 'credential.roll-back':
      return rollBackTo(command.data, state);
    case 'credential.request-test':
      return requestTest(state);
    case 'credential.end-change':
      return endChange(command.data, state);
    case 'credential.delete':
      return deleteCredential(command.data, state);
    case 'errand.record-tested':
      return recordErrandTested(command.data, state);
    case 'credential.record-no-test':
      return recordNoTest(command.data, state);
    case 'credential.repeat-deletion':
      return repeatDeletion(command.data, state);
    case 'errand.record-revoked':
      return recordErrandRevoked(command.data, state);
    case 'credential.acknowledge':
      return acknowledge(command.data, state);
    case 'credential.record-preflight':
      return recordPreflight(command.data, state);
    case 'credential.settle-leftover':
      return settleLeftover(command.data, state);
    case 'ledger.start-revocation':
      return startReplacedRevocation(command.data, state);
    case 'ledger.record-revoked':
      return recordReplacedRevoked(command.data, state);
    case 'ledger.record-discarded':
      return recordDiscarded(command.data, state);
    case 'ledger.record-revoke-failed':
      return recordRevokeFailed(command.data, state);
    default:
      return assertNever(command);
  }
};
