import type { Refusal } from '@keyturn/contracts';
import type { ChangeKind } from '@keyturn/contracts/events';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { CommandOf } from './command.ts';
import { nextGeneration } from './generation.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import { hasTest } from './provider-abilities.ts';
import { recordRecheck } from './recheck.ts';
import { rollBack } from './roll-back.ts';
import { type Change, nextVersionNumber, openRotation, type RegisteredCredential, sameLogin, type Version, versionOf } from './state.ts';

// Another version becomes current outside a rotation: asked, tested by the worker where the type has a test, then committed.

type Untested = 'unreachable' | 'no-test';
type Wanted = Pick<Change, 'kind' | 'version' | 'reason'>;

/** Why no change can begin now, or null: one thing at a time makes a version current. */
export const refuseChange = (state: RegisteredCredential): Refusal | null => {
  const open = openRotation(state);
  if (open) return { code: 'rotation-open', epoch: open.epoch };
  return state.change ? { code: 'change-open', version: state.change.version } : null;
};

const owe = (state: RegisteredCredential, old: Version, heir: Version | undefined): CredentialFact[] =>
  heir && sameLogin(state, old).includes(heir)
    ? []
    : [eventsOf(state)('ledger.recorded', { kind: 'superseded-not-revoked', version: old.version, providerId: old.providerId })];

const commitForward = (
  state: RegisteredCredential,
  version: number,
  untested: Untested | undefined,
  staged?: Version,
): CredentialFact[] => {
  const make = eventsOf(state);
  const old = versionOf(state, state.current);
  const mark = untested === undefined ? {} : { untested };
  return [
    make('credential.rotated', { from: state.current, to: version, generation: nextGeneration(state), epoch: null, ...mark }),
    ...(old ? [make('credential.version-superseded', { version: old.version, by: version })] : []),
    ...(old ? owe(state, old, staged ?? versionOf(state, version)) : []),
  ];
};

const commitBack = (state: RegisteredCredential, version: number, reason: string, untested: Untested | undefined): CredentialFact[] => {
  const make = eventsOf(state);
  const withdrawn = versionOf(state, state.current);
  const mark = untested === undefined ? {} : { untested };
  const from = withdrawn?.version ?? version;
  return [
    ...(withdrawn ? [make('credential.version-withdrawn', { version: withdrawn.version, reason })] : []),
    make('credential.rolled-back', { from, to: version, generation: nextGeneration(state), reason, ...mark }),
    ...(state.ledger.some((entry) => entry.version === version) ? [make('ledger.settled', { version, outcome: 'restored' })] : []),
    ...(withdrawn ? owe(state, withdrawn, versionOf(state, version)) : []),
  ];
};

/** The commit of a change: the version is current from here on, under a new generation. */
const concludeChange = (state: RegisteredCredential, { kind, version, reason }: Wanted, untested?: Untested): CredentialFact[] =>
  kind === 'roll-back' ? commitBack(state, version, reason ?? '', untested) : commitForward(state, version, untested);

const asked = (state: RegisteredCredential, kind: ChangeKind, version: number, data: AskedOptions): CredentialFact =>
  eventsOf(state)('credential.change-asked', {
    kind,
    version,
    ...(data.reason === undefined ? {} : { reason: data.reason }),
    ...(data.evenIfUnreachable === undefined ? {} : { evenIfUnreachable: data.evenIfUnreachable }),
  });
type AskedOptions = { readonly reason?: string | undefined; readonly evenIfUnreachable?: boolean | undefined };

const areSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

/** An edit is a new version with the same secret, because versions never change. */
export const edit = (data: CommandOf<'credential.edit'>, state: RegisteredCredential): Decided => {
  const refusal = refuseChange(state);
  if (refusal) return refuse(refusal);
  const current = versionOf(state, state.current);
  if (!current || areSame(current.publicFields, data.publicFields)) return refuse({ code: 'nothing-to-change' });
  const version = nextVersionNumber(state);
  // Sealed for another version or another secret than these by now: decided anew by whoever asks again.
  if (data.version !== version || data.from !== current.version)
    return refuse({ code: 'version-out-of-order', requested: data.version, expected: version });
  const { publicFields, masks, sealed } = data;
  const fields = { publicFields, masks, editedFrom: current.version };
  const staged = { ...eventsOf(state)('credential.version-staged', { version, epoch: null, ...fields }), sealed };
  if (hasTest(state.credentialType)) return ok([staged, asked(state, 'edit', version, data)]);
  const heir = { ...current, ...fields, version, providerId: publicFields['username'] ?? `version ${version}` };
  return ok([staged, ...commitForward(state, version, 'no-test', heir)]);
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
  if (refusal) return refuse(refusal);
  if (hasTest(state.credentialType)) return ok([asked(state, 'roll-back', version, data)]);
  return ok(concludeChange(state, { kind: 'roll-back', version, reason }, 'no-test'));
};

type Verdict = CommandOf<'errand.record-tested'>;

/** Does the worker's verdict let the change through? `no-test` and a provider out of reach leave their mark on the commit. */
const judge = (change: Change, { verdict, sentence }: Verdict): Result<Untested | undefined, string> => {
  if (verdict === 'valid') return ok(undefined);
  if (verdict === 'no-test') return ok('no-test');
  return verdict === 'unreachable' && change.evenIfUnreachable ? ok('unreachable') : refuse(sentence);
};

/** The worker has tested the version of the open change: it is committed, or the change has failed. */
export const recordErrandTested = (data: Verdict, state: RegisteredCredential): Decided => {
  const { change } = state;
  if (change?.version !== data.version) {
    return data.version === state.current ? recordRecheck(data, state) : refuse({ code: 'version-not-pending', requested: data.version });
  }
  const make = eventsOf(state);
  const { version, verdict, sentence, elapsedMs } = data;
  const tested = verdict === 'no-test' ? [] : [make('credential.version-tested', { version, epoch: null, verdict, sentence, elapsedMs })];
  const judged = judge(change, data);
  if (judged.ok) return ok([...tested, ...concludeChange(state, change, judged.value)]);
  const failed = { kind: change.kind, version, reasonCode: `test-${verdict}`, sentence: judged.refusal };
  return ok([...tested, make('credential.change-failed', failed)]);
};
