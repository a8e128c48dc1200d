import { type Refusal, saysNothing } from '@keyturn/contracts';
import type { ChangeKind } from '@keyturn/contracts/events';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { millisecondsBetween } from './awaited.ts';
import { sameAsOf } from './brought-again.ts';
import type { CommandOf } from './command.ts';
import { commitBack, commitForward } from './commit-change.ts';
import { endOf } from './ending.ts';
import { endingAt, expiryOf } from './expiry.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import { isTestable } from './provider-abilities.ts';
import { recordRecheck } from './recheck.ts';
import { rollBack } from './roll-back.ts';
import { providerIdOf } from './provider-id.ts';
import { openRotation } from './rotation.ts';
import { type Change, nextVersionNumber, type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';
import { testedAsAsked, testedBy } from './test-asked.ts';

// Another version becomes current outside a rotation: asked, tested by the worker where it can be, then committed.

type Unproven = 'unreachable' | 'no-test';

/** Why no change can begin now, or null: one thing at a time makes a version current. */
export const refuseChange = (state: RegisteredCredential): Refusal | null => {
  const open = openRotation(state);
  if (open) return { code: 'rotation-open', epoch: open.epoch };
  return state.change ? { code: 'change-open', version: state.change.version } : null;
};

type AskedOptions = {
  readonly reason?: string | undefined;
  readonly evenIfUnreachable?: boolean | undefined;
  readonly isDefault?: boolean | undefined;
  readonly trial?: boolean | undefined;
};

type About = Pick<RegisteredCredential, 'credentialId' | 'address'>;

/** The version is to become current once it is tested. */
export const changeAsked = (of: About, kind: ChangeKind, version: number, data: AskedOptions): CredentialFact =>
  eventsOf(of)('credential.change-asked', {
    kind,
    version,
    ...(data.reason === undefined ? {} : { reason: data.reason }),
    ...(data.evenIfUnreachable === undefined ? {} : { evenIfUnreachable: data.evenIfUnreachable }),
    ...(data.isDefault ? { isDefault: true } : {}),
    ...(data.trial ? { trial: true } : {}),
  });

const areSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

type Staged = Pick<CommandOf<'credential.edit'>, 'version' | 'publicFields' | 'masks' | 'sealed'> &
  Pick<Version, 'editedFrom' | 'sameAs'> & {
    readonly expiresAt?: string;
  };

/** Stages the version; then its test is awaited, or it is current at once because there is none. */
const stageAndAsk = (state: RegisteredCredential, kind: 'edit' | 'value', staged: Staged, said: AskedOptions): Decided => {
  const { version, publicFields, masks, sealed, editedFrom, sameAs, expiresAt } = staged;
  const made = { ...(editedFrom === null ? {} : { editedFrom }), ...(sameAs === null ? {} : { sameAs }), ...endingAt(expiresAt) };
  const fields = { version, epoch: null, publicFields, masks, ...made };
  const event = { ...eventsOf(state)('credential.version-staged', fields), sealed };
  if (isTestable(state.credentialType, publicFields)) return ok([event, changeAsked(state, kind, version, said)]);
  const ends = expiryOf(state, { ...endingAt(expiresAt), editedFrom, sameAs });
  const heir = { version, editedFrom, sameAs, expiresAt: ends, providerId: providerIdOf(state, staged) };
  return ok([event, ...commitForward(state, heir, 'no-test')]);
};

/** An edit is a new version with the same secret, because versions never change. */
export const edit = (data: CommandOf<'credential.edit'>, state: RegisteredCredential): Decided => {
  const refusal = refuseChange(state);
  if (refusal) return refuse(refusal);
  if (state.disabled) return refuse({ code: 'credential-disabled' });
  const current = versionOf(state, state.current);
  if (!current || areSame(current.publicFields, data.publicFields)) return refuse({ code: 'nothing-to-change' });
  const version = nextVersionNumber(state);
  // Sealed for another version or another secret than these by now: decided anew by whoever asks again.
  if (data.version !== version || data.from !== current.version)
    return refuse({ code: 'version-out-of-order', requested: data.version, expected: version });
  return stageAndAsk(state, 'edit', { ...data, editedFrom: current.version, sameAs: null }, data);
};

/** A value that a person brings. Consumers are told as after a rotation. */
export const stageValue = (data: CommandOf<'credential.stage-value'>, state: RegisteredCredential): Decided => {
  const refusal = refuseChange(state);
  if (refusal) return refuse(refusal);
  if (state.disabled) return refuse({ code: 'credential-disabled' });
  const expected = nextVersionNumber(state);
  if (data.version !== expected) return refuse({ code: 'version-out-of-order', requested: data.version, expected });
  return stageAndAsk(state, 'value', { ...data, editedFrom: null, sameAs: sameAsOf(state, data.sameAs).sameAs ?? null }, data);
};

/** Why a version can't be made current again, or null where it may be tried. */
export const refuseRollBackTo = (state: RegisteredCredential, requested: number): Refusal | null => {
  const target = versionOf(state, requested);
  switch (target?.status) {
    case 'superseded':
    case 'withdrawn':
    case 'current':
      return refuseChange(state);
    case 'revoking':
      return { code: 'revocation-started', version: requested };
    case 'revoked':
      return { code: 'version-revoked', requested };
    case 'discarding':
    case 'discarded':
      return { code: 'version-discarded', requested };
    case 'pending':
      return { code: 'version-pending', pending: requested };
    case undefined:
      return { code: 'version-unknown', requested };
  }
};

/** During a rotation only what the rotation retires can come back, as it always could; otherwise any version that may still work. */
export const rollBackTo = (data: CommandOf<'credential.roll-back'>, state: RegisteredCredential): Decided => {
  const { version, reason } = data;
  const rotation = openRotation(state);
  if (rotation && rotation.committedAt !== null && rotation.retiring === version) return rollBack({ reason }, state);
  if (version === state.current && !state.change) return ok([]);
  const refusal = refuseRollBackTo(state, version);
  const target = versionOf(state, version);
  if (refusal || !target) return refuse(refusal ?? { code: 'version-unknown', requested: version });
  if (isTestable(state.credentialType, target.publicFields)) return ok([changeAsked(state, 'roll-back', version, data)]);
  return ok(commitBack(state, target, reason, 'no-test'));
};

const concludeChange = (state: RegisteredCredential, change: Change, target: Version, untested?: Unproven): CredentialFact[] =>
  change.kind === 'roll-back' ? commitBack(state, target, change.reason ?? '', untested) : commitForward(state, target, untested);

/** A change of a credential that never had a value is its registration. */
const isRegistration = ({ current, deletion }: RegisteredCredential): boolean => current === null && deletion === null;

const MAX_REASON = 500;

type Verdict = Pick<CommandOf<'errand.record-tested'>, 'verdict' | 'sentence' | 'retryAfterSeconds'>;

/** Nothing has changed; what was to be registered isn't there after all, and its address is free. */
const failChange = (
  state: RegisteredCredential,
  { kind, version, isTrial }: Change,
  said: Verdict & { readonly backupRetentionDays: number },
): CredentialFact[] => {
  const { verdict, sentence, retryAfterSeconds, backupRetentionDays } = said;
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  const failed = eventsOf(state)('credential.change-failed', { kind, version, reasonCode: `test-${verdict}`, sentence, ...wait });
  if (!isRegistration(state)) return [failed];
  const what = isTrial ? 'The value was only tried' : "The registration ended with its value's test";
  const reason = `${what}: ${sentence}`.slice(0, MAX_REASON);
  return [failed, ...endOf(state, { reason, revoked: [], backupRetentionDays })];
};

/** Does the worker's verdict let the change through? `no-test` and a provider that can't be asked leave their mark on the commit. */
const judge = (change: Change, { verdict, sentence }: Verdict): Result<Unproven | undefined, string> => {
  if (verdict === 'valid') return ok(undefined);
  if (verdict === 'no-test') return ok('no-test');
  return saysNothing(verdict) && change.evenIfUnreachable ? ok('unreachable') : refuse(sentence);
};

const conclude = (state: RegisteredCredential, change: Change, said: Verdict & { readonly backupRetentionDays: number }) => {
  const target = versionOf(state, change.version);
  if (!target) throw new Error(`the change to version ${change.version} has no version`);
  if (change.isTrial) return failChange(state, change, said);
  const judged = judge(change, said);
  return judged.ok ? concludeChange(state, change, target, judged.value) : failChange(state, change, { ...said, sentence: judged.refusal });
};

/** The worker has tested a version: that of the open change is committed, or the change has failed. */
export const recordErrandTested = (data: CommandOf<'errand.record-tested'>, state: RegisteredCredential): Decided => {
  const { version, verdict } = data;
  const { change } = state;
  if (change?.version === version) {
    const tested = verdict === 'no-test' ? [] : [testedBy(data, state, verdict)];
    return ok([...tested, ...conclude(state, change, data)]);
  }
  if (version !== state.current) return refuse({ code: 'version-not-pending', requested: version });
  return ok([...testedAsAsked(data, state), ...recordRecheck(data, state)]);
};

/** Nobody tested the version in time: the worker is away, or what it did was lost. The change is over all the same. */
export const endChange = (data: CommandOf<'credential.end-change'>, state: RegisteredCredential): Decided => {
  const { version, now, deadlineMs, backupRetentionDays } = data;
  const { change } = state;
  if (change?.version !== version || millisecondsBetween(change.askedAt, now) < deadlineMs) return ok([]);
  const sentence = `Nobody tested it within ${Math.round(deadlineMs / 1000)} s: the rotation worker does not answer.`;
  return ok(conclude(state, change, { verdict: 'unreachable', sentence, backupRetentionDays }));
};
