import type { CredentialEvent, LifecycleEvent } from '@keyturn/contracts/events';
import { assertNever } from '@keyturn/kernel';
import { askChange, askTest, failChange } from './evolve-change.ts';
import { changeVersion, type Fact } from './evolve-version.ts';
import { risenTo } from './generation.ts';
import { type DeletedCredential, type RegisteredCredential, whoOf } from './state.ts';
import type { Version } from './version.ts';

// What happens to a credential outside its rotations.

type Happened<Type extends LifecycleEvent['type']> = Extract<LifecycleEvent, { type: Type }>['data'];

const OF_LIFECYCLE: Record<LifecycleEvent['type'], true> = {
  'credential.disabled': true,
  'credential.enabled': true,
  'credential.change-asked': true,
  'credential.change-failed': true,
  'credential.test-asked': true,
  'credential.reveal-policy-changed': true,
  'credential.deletion-started': true,
  'credential.shredded': true,
  'credential.deleted': true,
  'credential.rechecked': true,
};

export const isLifecycle = (event: CredentialEvent): event is LifecycleEvent => Object.hasOwn(OF_LIFECYCLE, event.type);

const changeVersions = (state: RegisteredCredential, versions: readonly number[], change: Partial<Version>): RegisteredCredential => ({
  ...state,
  versions: state.versions.map((known) => (versions.includes(known.version) ? { ...known, ...change } : known)),
});

const startDeletion = (state: RegisteredCredential, data: Happened<'credential.deletion-started'>, fact: Fact): RegisteredCredential => {
  const { epoch, reason, versions } = data;
  const deletion = { epoch, reason, startedAt: fact.recordedAt, by: whoOf(fact.meta.actor) };
  return changeVersions({ ...state, current: null, deletion }, versions, { status: 'revoking', revokingAt: fact.recordedAt });
};

/** A provider that could not be reached has said nothing: the version stays unchecked. */
const recheck = (state: RegisteredCredential, data: Happened<'credential.rechecked'>, at: string): RegisteredCredential => {
  const { version, incarnation, outcome, sentence } = data;
  const said = { incarnation, version, outcome, sentence, at };
  return { ...state, recheck: said, settledIn: outcome === 'unreachable' ? state.settledIn : incarnation };
};

/** What an event outside rotations makes of a credential. */
export const evolveLifecycle = (state: RegisteredCredential, event: LifecycleEvent, fact: Fact): RegisteredCredential => {
  const at = fact.recordedAt;
  const by = whoOf(fact.meta.actor);
  switch (event.type) {
    case 'credential.disabled':
      return { ...state, ...risenTo(event.data.generation, fact.meta.incarnation), disabled: { at, by, reason: event.data.reason } };
    case 'credential.enabled':
      return { ...state, ...risenTo(event.data.generation, fact.meta.incarnation), disabled: null };
    case 'credential.change-asked':
      return askChange(state, event.data, fact);
    case 'credential.change-failed':
      return failChange(state, event.data, fact);
    case 'credential.test-asked':
      return askTest(state, event.data, fact);
    case 'credential.reveal-policy-changed':
      return { ...state, revealable: event.data.revealable };
    case 'credential.deletion-started':
      return startDeletion(state, event.data, fact);
    case 'credential.shredded':
      return changeVersions(state, event.data.versions, { shreddedAt: at });
    case 'credential.rechecked':
      return recheck(state, event.data, at);
    case 'credential.deleted':
      return state; // it ends the credential: `endCredential`
    default:
      return assertNever(event);
  }
};

/** The end: what was current is that no more, and nothing happens after it. */
export const endCredential = (state: RegisteredCredential, data: Happened<'credential.deleted'>, fact: Fact): DeletedCredential => {
  const at = fact.recordedAt;
  const ended = state.current === null ? state : changeVersion(state, state.current, { status: 'superseded', supersededAt: at });
  const { reason, revoked, leftAliveBecause = null, backupRetentionDays } = data;
  const last = {
    ...ended,
    current: null,
    ledger: [], // what it left alive it says
    change: null,
    testAsked: null,
    deletion: null,
    updatedAt: at,
    changes: state.changes + 1,
    incarnation: fact.meta.incarnation,
  };
  return { status: 'deleted', last, deletedAt: at, by: whoOf(fact.meta.actor), reason, revoked, leftAliveBecause, backupRetentionDays };
};
