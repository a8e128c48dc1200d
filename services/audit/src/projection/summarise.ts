import type { IssuerInspection } from '@keyturn/contracts';
import type {
  AccessEvent,
  BackupEvent,
  ConsumerEvent,
  CredentialEvent,
  DecisionEvent,
  DomainEvent,
  IdentityEvent,
  KeyRingEvent,
  LifecycleEvent,
  ScheduleEvent,
  RotationRequested,
  SecretRevealed,
} from '@keyturn/contracts/events';
import { summariseBackup, summariseRestore } from './summarise-restore.ts';
import { isPlanned, summarisePlanned } from './summarise-planned.ts';
import { isSetting, summariseSetting } from './summarise-setting.ts';
import { isDecision } from '@keyturn/contracts/events';
import { personsNamedBy } from '@keyturn/contracts/scopes';
import { summariseDecision } from './summarise-decision.ts';
import { summariseLifecycle } from './summarise-lifecycle.ts';

const milliseconds = (elapsed: number): string => `${Math.round(elapsed)} ms`;
const list = (names: readonly string[]): string => names.join(', ');
const may = (can: readonly string[] = []): string => (can.length === 0 ? '' : ` It can ${list(can)}.`);
const leftAlive = ({ leftAliveBecause: why }: { readonly leftAliveBecause?: string | undefined }): string =>
  why === undefined ? '' : `; left alive at the provider, because ${why}`;

const expiry = ({ expiresAt }: { readonly expiresAt?: string | null | undefined }): string => {
  if (expiresAt === undefined) return '';
  return expiresAt === null ? '; the expiry of the old value went with it, and none is known of this one' : `; it expires on ${expiresAt}`;
};

const whyUnproven = ({ because }: { readonly because?: string | undefined }): string =>
  because ?? 'there is no test that could prove it dead';

const isOfBackup = (event: DomainEvent): event is BackupEvent => event.type.startsWith('backup.');

const isOfKeyRing = (event: DomainEvent): event is KeyRingEvent => /^(kek|rewrap)\./.test(event.type);

const isOfRotation = (event: Exclude<DomainEvent, DecisionEvent>): event is RotationEvent => event.type.startsWith('rotation.');

/** One sentence of what happened, for a person who reads the timeline. No default: a new event without a sentence does not compile. */
export const summarise = (event: DomainEvent): string => {
  if (isOfBackup(event)) return summariseBackup(event);
  if (isPlanned(event)) return summarisePlanned(event);
  if (isDecision(event)) return summariseDecision(event);
  if (isOfRotation(event)) return summariseRotation(event);
  if (isSetting(event)) return summariseSetting(event);
  if (isOfKeyRing(event)) return summariseKeyRing(event);
  switch (event.type) {
    case 'secret.revealed':
    case 'secret.compared':
    case 'secret.verified':
    case 'access.refused':
    case 'secret.open-refused':
    case 'environment.used':
      return summariseAccess(event);
    case 'credential.disabled':
    case 'credential.enabled':
    case 'credential.change-asked':
    case 'credential.change-failed':
    case 'credential.test-asked':
    case 'credential.reveal-policy-changed':
    case 'credential.deletion-started':
    case 'credential.shredded':
    case 'credential.deleted':
    case 'credential.rechecked':
      return summariseLifecycle(event);
    case 'credentials.exported':
      return `took away what is known of ${event.data.totalIsAtLeast ? 'more than ' : ''}${event.data.total} credentials as ${event.data.format.toUpperCase()}; no secret`;
    case 'default.set':
    case 'default.cleared':
    case 'legacy-user.mapped':
    case 'person.sessions-revoked':
      return summariseIdentity(event);
    case 'log.restored':
    case 'log.shreds-repeated':
    case 'log.released':
      return summariseRestore(event);
    case 'consumer.registered':
    case 'consumer.token-issued':
    case 'consumer.token-revoked':
    case 'subscriber.credentials-issued':
    case 'lease.ended':
      return summariseConsumer(event);
    case 'credential.version-acknowledged':
    case 'credential.version-nacked':
    case 'credential.evidence-recorded':
    case 'credential.version-tested':
    case 'credential.preflight-asked':
    case 'credential.version-preflighted':
      return summariseProof(event);
    default:
      return summariseLife(event);
  }
};

const summariseAccess = ({ type, data }: AccessEvent): string => {
  switch (type) {
    case 'secret.revealed':
      return summariseReveal(data);
    case 'secret.compared':
      return `compared the secret fields of versions ${data.a} and ${data.b} inside the vault`;
    case 'secret.verified':
      return `told ${data.recipient} that version ${data.version} is ${data.equal ? '' : 'not '}the value they brought`;
    case 'access.refused':
      return `refused ${data.recipient}: ${data.refusalCode}${data.times > 1 ? `, ${data.times} times` : ''}`;
    case 'secret.open-refused':
      return `version ${data.version} does not open${data.times > 1 ? ` (${data.times} times)` : ''}: ${data.sentence}`;
    case 'environment.used':
      return `gave ${data.recipient} what the variables ${list(data.variables)} hold, because nothing is stored: ${data.purpose}`;
  }
};

const summariseKeyRing = ({ type, data }: KeyRingEvent): string => {
  switch (type) {
    case 'kek.added':
      return `added ${data.kekId} to the key ring`;
    case 'kek.activated':
      return `activated ${data.kekId}: new keys are wrapped under it`;
    case 'kek.retiring':
      return `${data.kekId} is retiring: nothing new is wrapped under it`;
    case 'kek.retired':
      return `retired ${data.kekId}: nothing hangs on it`;
    case 'rewrap.requested':
      return `asked to re-wrap ${data.totalCredentials} data keys under ${data.kekId}`;
    case 'rewrap.progressed':
      return `re-wrapped ${data.rotated} data keys under ${data.kekId}, ${data.remaining} remain`;
    case 'rewrap.completed':
      return `re-wrapped ${data.rotated} of ${data.totalCredentials} data keys under ${data.kekId}, ${data.failed} failed`;
  }
};

const summariseIdentity = ({ type, data }: IdentityEvent): string => {
  switch (type) {
    case 'default.set':
      return `made ${data.address} the default of ${data.service} in ${data.scope}`;
    case 'default.cleared':
      return `${data.address} is no longer the default of ${data.service} in ${data.scope}`;
    case 'legacy-user.mapped':
      return `mapped legacy user ${data.legacyId} to ${data.subject} of ${data.issuer}: ${data.scope}`;
    case 'person.sessions-revoked':
      return `ended all sessions of ${data.personId} that began until ${data.before}`;
  }
};

const summariseReveal = ({ version, recipient, purpose, fields, reason }: SecretRevealed['data']): string => {
  const which = fields === undefined ? '' : ` (${list(fields)})`;
  return `revealed version ${version}${which} to ${recipient}: ${reason ?? purpose}`;
};

/** It opens what no admin is shown, so the timeline says whose. */
const opensPersons = (scopes: readonly string[] = []): string =>
  scopes.length === 0 ? '' : `; it can be given the own keys of ${list(scopes)}`;

const summariseConsumer = ({ type, data }: ConsumerEvent): string => {
  switch (type) {
    case 'consumer.registered':
      return `registered consumer ${data.consumer} with ${data.grants.length} grants${opensPersons(personsNamedBy(data.grants))}`;
    case 'consumer.token-issued':
      return `gave consumer ${data.consumer} API token ${data.tokenId} until ${data.expiresAt}${opensPersons(data.persons)}`;
    case 'consumer.token-revoked':
      return `revoked API token ${data.tokenId} of consumer ${data.consumer}`;
    case 'subscriber.credentials-issued':
      return `${data.consumer}/${data.instance} got a NATS identity until ${data.until}`;
    case 'lease.ended':
      return data.how === 'goodbye' ? `${data.consumer}/${data.instance} said goodbye` : `${data.consumer}/${data.instance} is lost`;
  }
};

type RotationEvent = Exclude<Extract<CredentialEvent, { type: `rotation.${string}` }>, DecisionEvent>;
/** What it was asked for under, where that is not the usual. */
const underWhat = ({ approvals = 0, shortened }: RotationRequested['data']): string => {
  const approved = approvals === 0 ? '' : `, ${approvals === 1 ? 'one other person' : `${approvals} other persons`} to approve it`;
  const short = shortened === undefined ? '' : `, no grace and ${Math.round(shortened.deadlineMs / 1000)} s to the deadline`;
  return `${approved}${short}`;
};

const summariseRotation = ({ type, data }: RotationEvent): string => {
  switch (type) {
    case 'rotation.requested':
      return `asked for rotation ${data.epoch} (${data.reason}${underWhat(data)})${data.note === undefined ? '' : `: ${data.note}`}`;
    case 'rotation.held':
      return `rotation ${data.epoch} is past its deadline and held: ${data.waitingFor}`;
    case 'rotation.throttled':
      return `rotation ${data.epoch} waits until ${data.until}: ${data.sentence}`;
    case 'rotation.value-given':
      return `brought version ${data.version} for rotation ${data.epoch}`;
    case 'rotation.deletion-reported':
      return `says that version ${data.version} is removed at the provider`;
    case 'rotation.completed':
      return `rotation ${data.epoch} completed`;
    case 'rotation.failed':
      return `rotation ${data.epoch} failed at ${data.step} (${data.reasonCode}): ${data.sentence}`;
  }
};

/** What was seen of who makes the next value. */
const ofIssuer = (issuer: IssuerInspection | undefined): string => {
  if (issuer === undefined) return '';
  if (issuer.unable !== undefined) return `; its issuer was not looked at: ${issuer.unable}`;
  const inTheWay = issuer.lacks.filter(({ needed }) => needed === 'rotation').map(({ code }) => code);
  if (inTheWay.length === 0)
    return `; nothing was found missing at its issuer${issuer.unseen === undefined ? '' : `, not seen: ${issuer.unseen}`}`;
  return `; its issuer can’t rotate it yet (${list(inTheWay)})`;
};

type ProofEvent = Extract<
  CredentialEvent,
  {
    type:
      | 'credential.version-acknowledged'
      | 'credential.version-nacked'
      | 'credential.evidence-recorded'
      | 'credential.version-tested'
      | 'credential.preflight-asked'
      | 'credential.version-preflighted';
  }
>;
const summariseProof = ({ type, data }: ProofEvent): string => {
  switch (type) {
    case 'credential.version-acknowledged': {
      const who = `${data.consumer}/${data.instance}`;
      return `${who} proved it holds version ${data.version} and reported it working after ${milliseconds(data.elapsedMs)}`;
    }
    case 'credential.version-nacked':
      return `${data.consumer}/${data.instance} proved it holds version ${data.version} and reported it failing: ${data.sentence}`;
    case 'credential.evidence-recorded':
      return `the provider saw version ${data.version} ${data.idle ? 'idle' : 'in use'}: ${data.sentence}`;
    case 'credential.preflight-asked':
      return data.instances.length === 0
        ? `nobody was there to try version ${data.version} before its commit`
        : `asked ${list(data.instances)} to try version ${data.version} before its commit`;
    case 'credential.version-preflighted': {
      const verdict = data.ok ? 'reported it working' : `reported it failing: ${data.sentence}`;
      return `${data.consumer}/${data.instance} tried pending version ${data.version} and ${verdict} after ${milliseconds(data.elapsedMs)}`;
    }
    case 'credential.version-tested':
      return `tested version ${data.version}: ${data.verdict} after ${milliseconds(data.elapsedMs)}: ${data.sentence}${may(data.can)}${ofIssuer(data.issuer)}`;
  }
};

type LifeEvent = Exclude<CredentialEvent, RotationEvent | ProofEvent | LifecycleEvent | DecisionEvent | ScheduleEvent>;
const summariseLife = (event: LifeEvent): string => {
  const { type, data } = event;
  switch (type) {
    case 'credential.registered':
      return `registered ${data.address} (${data.credentialType})`;
    case 'credential.details-changed':
      return `changed ${list(Object.keys(data.changed))} of ${data.address}`;
    case 'credential.candidate-announced':
      return `announced version ${data.version}, to be found at the provider as ${data.providerId}`;
    case 'credential.version-staged':
      return summariseStaged(data);
    case 'credential.version-applied':
      return `applied version ${data.version} at the provider`;
    case 'credential.rotated':
      return `${data.from === null ? 'made version' : `rotated ${data.from} →`} ${data.to}${data.from === null ? ' current' : ''}${
        data.untested === undefined ? '' : ` (untested: ${data.untested})`
      }${data.preflight === undefined ? '' : ` (preflight: ${data.preflight})`}${expiry(data)}`;
    case 'credential.version-superseded':
      return `version ${data.version} is superseded by ${data.by}${leftAlive(data)}`;
    case 'credential.version-withdrawn':
      return `withdrew version ${data.version}: ${data.reason}${leftAlive(data)}`;
    case 'credential.rolled-back':
      return `rolled back ${data.from} → ${data.to}${data.untested === undefined ? '' : ` (untested: ${data.untested})`}: ${data.reason}${expiry(data)}`;
    case 'credential.revocation-started':
      return summariseRevocation(data);
    case 'credential.logins-denied':
      return `the provider lets no one in with version ${data.version} any more${data.ended === undefined ? '' : `. ${data.ended.sentence}`}`;
    case 'credential.version-revoked':
      return data.unproven === undefined
        ? `revoked version ${data.version}: erased, and proved dead at the provider`
        : `revoked version ${data.version} on a person’s word: ${whyUnproven(data)}`;
    case 'credential.discard-started':
      return `discarding version ${data.version}: ${data.why}`;
    case 'credential.version-discarded':
      return `discarded version ${data.version}${data.unproven === undefined ? '' : ` on a person’s word: ${whyUnproven(data)}`}`;
    case 'credential.version-brought-again':
      return `version ${data.version} was brought again, as version ${data.as}: nobody is to remove it at the provider any more`;
    case 'ledger.recorded':
      return `ledger: ${data.providerId} of version ${data.version} is ${data.kind}${data.sentence === undefined ? '' : `: ${data.sentence}`}`;
    case 'ledger.settled-by-hand':
      return `ledger: settled version ${data.version} by hand, nothing was removed at the provider: ${data.because}`;
    case 'ledger.settled':
      return `ledger: version ${data.version} is settled (${data.outcome})`;
  }
};

const summariseStaged = ({
  version,
  epoch,
  editedFrom,
  sameAs,
  publicFields,
}: Extract<CredentialEvent, { type: 'credential.version-staged' }>['data']): string => {
  if (editedFrom !== undefined)
    return `staged version ${version}: the secret of version ${editedFrom} with edited public fields (${list(Object.keys(publicFields))})`;
  if (sameAs !== undefined) return `staged version ${version}: the secret of version ${sameAs}, which somebody brought again`;
  return `staged version ${version}${epoch === null ? ', which somebody brought' : ''}`;
};

const summariseRevocation = (data: Extract<CredentialEvent, { type: 'credential.revocation-started' }>['data']): string => {
  const { acknowledged, lost, evidence } = data.proof;
  const lostOnes = lost.length === 0 ? '' : `, lost: ${list(lost)}`;
  const forced = data.forced === undefined ? '' : `; forced: ${data.forced.reason}`;
  return `started to revoke version ${data.version}: ${acknowledged} acknowledged${lostOnes}; ${evidence}${forced}`;
};
