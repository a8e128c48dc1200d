import { instructionsFor, saysNothing } from '@keyturn/contracts';
import type { NextStep } from '@keyturn/contracts/queries';
import { assertNever } from '@keyturn/kernel';
import { awaited, type Facts, lostInstances } from './awaited.ts';
import { deadlineOf } from './deadline.ts';
import { preflightOf, standingOf } from './preflight.ts';
import { overlapsNow } from './provider-abilities.ts';
import { nameOf, spoken, timesOf } from './said.ts';
import type { Rotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';

type WithoutAbout<Step> = Step extends NextStep
  ? Omit<Step, 'credentialId' | 'address' | 'epoch' | 'incarnation' | 'sentence' | 'credentialType' | 'strategy' | 'held'>
  : never;

/** A next step before anyone said it. */
export type Unsaid = WithoutAbout<NextStep>;

const closedSentence = (state: RegisteredCredential, rotation: Rotation): string => {
  if (rotation.failure) return `Failed at ${rotation.failure.step}: ${rotation.failure.sentence}`;
  if (rotation.rolledBack)
    return `Rolled back (${rotation.rolledBack.reason}): version ${rotation.serving} of ${state.address} is current again, version ${rotation.retiring} is revoked.`;
  return `${forcedBefore(rotation)}Completed: version ${rotation.serving} of ${state.address} is current, version ${rotation.retiring} is revoked.`;
};

const committing = (state: RegisteredCredential, rotation: Rotation, version: number, facts: Facts): string => {
  const preflight = preflightOf(rotation);
  const standing = preflight && standingOf(state, rotation, preflight, facts);
  const start = versionOf(state, version)?.tested ? `Version ${version} works` : `Version ${version} can’t be tested`;
  return `${start}; committing it${standing?.status === 'passed' ? ` (preflight: ${standing.sentence})` : ''}.`;
};

/** Who was silent for too long is waited for no more, but not forgotten. */
const withoutLost = (state: RegisteredCredential, facts: Facts): string => {
  const lost = lostInstances(state, facts);
  return lost.length === 0 ? '' : ` (lost: ${lost.join(', ')})`;
};

const waiting = (state: RegisteredCredential, rotation: Rotation, facts: Facts, whatFor: string): string => {
  const back = rotation.rolledBack ? `Rolled back to version ${rotation.serving} (${rotation.rolledBack.reason}). ` : '';
  const held = overlapsNow(state) ? 'Held: the deadline passed, both versions stay valid' : 'Held: the deadline passed';
  const start = rotation.heldAt === null ? 'Waiting' : held;
  const waits = `${back}${start}: ${whatFor}${withoutLost(state, facts)}.`;
  return `${waits}${aboutForce(rotation)}${aboutEscalation(state, rotation)}${aboutCompromise(rotation)}`;
};

/** A force waits for a second person. */
const aboutForce = ({ forceAsked }: Rotation): string =>
  forceAsked === null
    ? ''
    : ` ${nameOf(forceAsked.by)} wants to force it (${forceAsked.reason}): another person who may force must approve that.`;

const aboutEscalation = (state: RegisteredCredential, rotation: Rotation): string =>
  rotation.escalated === null
    ? ''
    : ` Somebody must look after it: late since ${deadlineOf(state, rotation)?.slice(0, 16).replace('T', ' ') ?? ''} UTC, told ${timesOf(rotation.escalated.times)}.`;

const aboutCompromise = ({ shortened }: Rotation): string =>
  shortened === null
    ? ''
    : ` The value is compromised: no grace is given, and the deadline is ${spoken(shortened.deadlineMs)} after the commit.`;

/** Who is waited for, and who they may not be. */
const awaitingApproval = (
  state: RegisteredCredential,
  rotation: Rotation,
  { given, needed }: { given: number; needed: number },
): string => {
  const more = needed - given;
  const persons = more === 1 ? 'another person than' : `${more} other persons than`;
  const by = given === 0 ? '' : `Approved by ${rotation.approvals.map((approval) => nameOf(approval.by)).join(', ')}. `;
  const within = spoken(state.policy.approveWithinMs);
  return `${by}Waiting for ${persons} ${nameOf(rotation.requestedBy)} to approve it; ${within} after its request it fails.${aboutCompromise(rotation)}`;
};

/** In whose name the old version goes without the proof. */
const forcing = (state: RegisteredCredential, rotation: Rotation, version: number, facts: Facts): string => {
  const { by, reason } = state.forceApproved ?? { by: null, reason: '' };
  const who = by === null ? 'the policy' : `the policy of ${nameOf(by)}`;
  return `The deadline passed and ${who} forces it (${reason}): revoking version ${version}, although ${awaited(state, rotation, facts).join('; ')}.`;
};

const starting = (state: RegisteredCredential, rotation: Rotation, version: number, facts: Facts): string =>
  awaited(state, rotation, facts).length > 0
    ? forcing(state, rotation, version, facts)
    : `Every instance proved version ${rotation.serving}${withoutLost(state, facts)} and nothing uses version ${version}: revoking it.`;

/** That a revoke was forced, and whom it cuts off. */
const forcedBefore = ({ forced }: Rotation): string => {
  if (forced === null) return '';
  const cutOff = forced.cutOff.length === 0 ? '' : `, cutting off ${forced.cutOff.join(', ')}`;
  return `Forced by ${nameOf(forced.by)} (${forced.reason})${cutOff}. `;
};

/** What the provider said when it last refused to let go of a version. */
const lastFailure = (state: RegisteredCredential, version: number): string => {
  const entry = state.ledger.find((owed) => owed.version === version);
  return entry?.kind === 'revoke-failed' && entry.sentence !== undefined ? ` The last try failed: ${entry.sentence}` : '';
};

const siteOf = (state: RegisteredCredential): string =>
  instructionsFor(state.credentialType, versionOf(state, state.current)?.publicFields ?? {}).site;

/** Who brought a value that the provider refused is told why, and waited for again. */
const awaitingValue = (state: RegisteredCredential, { epoch }: Rotation, version: number): string => {
  const refused = state.versions.findLast(
    (known) => known.epoch === epoch && (known.status === 'discarded' || known.status === 'discarding'),
  )?.tested;
  const before = refused ? `The value that was brought was refused: ${refused.sentence} ` : '';
  return `${before}Waiting for a person to make version ${version} at ${siteOf(state)} and to bring it here.`;
};

/** Where the provider couldn't be asked, what a person brought is tested again and again. */
const testing = (state: RegisteredCredential, version: number, role: string): string => {
  const said = versionOf(state, version)?.tested;
  if (!said || !saysNothing(said.verdict)) return `Testing version ${version} (${role}) at the provider.`;
  const within = spoken(state.policy.valueWithinMs);
  return `Version ${version} can’t be tested yet: ${said.sentence} It is tried again and again, at most ${within} from when it was brought; then the rotation fails.`;
};

/** The one sentence that says what a run does, or waits for and for whom: shown in Temporal, the API and the UI. */
export const sentenceFor = (next: Unsaid, state: RegisteredCredential, rotation: Rotation, facts: Facts): string => {
  const role = versionOf(state, 'version' in next ? next.version : null)?.providerId ?? '';
  switch (next.step) {
    case 'stage':
      if (rotation.strategy === 'issued') return `Having the provider issue version ${next.version} of ${state.address}, and sealing it.`;
      return `Choosing and sealing version ${next.version} of ${state.address}.`;
    case 'await-approval':
      return awaitingApproval(state, rotation, next);
    case 'fail-approval':
      return `Giving up: ${next.why}.`;
    case 'await-value':
      return awaitingValue(state, rotation, next.version);
    case 'fail-value':
      return `Giving up: ${next.why}.`;
    case 'await-deletion':
      return `Version ${next.version} is out of use${rotation.heldAt === null ? '' : ' and the deadline passed'}: waiting for a person to remove it at ${siteOf(state)}.`;
    case 'apply':
      return `Setting version ${next.version} (${role}) at the provider.`;
    case 'test':
      if (rotation.strategy === 'assisted') return testing(state, next.version, role);
      if (rotation.strategy !== 'chosen') return `Testing version ${next.version} (${role}) at the provider.`;
      return `Testing version ${next.version} by logging in as ${role}.`;
    case 'ask-preflight':
      return `Asking the consumers to try version ${next.version} before it is committed.`;
    case 'await-preflight':
      return `Version ${next.version} is tried before it is committed; waiting for ${next.waitingFor.join(', ')}.`;
    case 'fail-preflight':
      return `Not committing version ${next.version}: ${next.why}.`;
    case 'commit':
      return committing(state, rotation, next.version, facts);
    case 'watch':
      return waiting(state, rotation, facts, awaited(state, rotation, facts).join('; '));
    case 'hold':
    case 'escalate':
      return waiting(state, rotation, facts, next.waitingFor);
    case 'start-revocation':
      return starting(state, rotation, next.version, facts);
    case 'deny-logins': {
      const what = next.endSessions === true ? 'Denying new logins and ending the sessions of' : 'Denying new logins to';
      return `${forcedBefore(rotation)}${what} version ${next.version} (${role}).${lastFailure(state, next.version)}`;
    }
    case 'soak':
      return `Version ${next.version} (${role}) lets no one in; it is erased in ${Math.ceil(next.remainingMs / 1000)} s.`;
    case 'erase':
      if (rotation.strategy === 'assisted')
        return `Asking ${siteOf(state)} whether version ${next.version} is dead.${lastFailure(state, next.version)}`;
      return `Erasing version ${next.version} (${role}) and proving that it is dead.${lastFailure(state, next.version)}`;
    case 'complete':
      return 'Everything is done; closing the rotation.';
    case 'closed':
      return closedSentence(state, rotation);
    default:
      return assertNever(next);
  }
};
