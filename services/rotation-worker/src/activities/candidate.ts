import { saysNothing } from '@keyturn/contracts';
import type { KnownVersion } from '@keyturn/contracts/queries';
import type { ChosenValues, IssuedValue, IssuedValues, OpenedFields, TestedValues } from '@keyturn/providers';
import type { Execution } from '../ports/execution.ts';
import type { StepRun } from '../rotation/rotation-run.ts';
import {
  fenceOf,
  openFields,
  providerFor,
  report,
  stillNeeded,
  testerFor,
  usernameOf,
  type ActivityDeps,
  type StepNamed,
} from './activity.ts';
import { commandIdOf } from './command-id.ts';
import { orRefused, refused, refusedByVault } from './failure.ts';

const DEAD: ReadonlySet<KnownVersion['status']> = new Set(['revoked', 'discarded']);

/** The logins that mustn't be taken: those of every version that may still let somebody in. */
export const liveUsernames = (versions: readonly KnownVersion[]): string[] =>
  versions.filter(({ status }) => !DEAD.has(status)).map(({ publicFields }) => usernameOf(publicFields));

/** The role that existed when the credential was registered stays the owner: it is the first version's. */
export const ownerOf = (versions: readonly KnownVersion[]): string => {
  const [first] = versions.toSorted((a, b) => a.version - b.version);
  if (!first) throw refused('nothing-to-rotate', 'The credential has no version yet, so there is nothing to rotate.');
  return usernameOf(first.publicFields);
};

type Stage = { readonly step: StepNamed<'stage'>; readonly current: KnownVersion; readonly issuer: OpenedFields };

/** When a new value ends, where its provider says so; the vault has it from the commit on. */
const endOf = ({ expiresAt }: IssuedValue): { readonly expiresAt?: string } => (expiresAt === undefined ? {} : { expiresAt });

/** Chooses a login and a password, and has them sealed and recorded before the provider hears of them. */
const stageChosen = async (
  deps: ActivityDeps,
  provider: ChosenValues,
  { step, current, issuer }: Stage,
  execution: Execution,
): Promise<void> => {
  const { credentialId, epoch, version, versions } = step;
  const plan = orRefused(
    await provider.plan({
      issuer,
      owner: ownerOf(versions),
      credentialId,
      current: await openFields(deps, { credentialId, what: 'version', version: current.version }),
      liveIds: liveUsernames(versions),
    }),
  );
  const publicFields = { ...current.publicFields, ...plan.publicFields };
  const data = { credentialId, epoch, version, publicFields, providerId: plan.providerId, ...endOf(plan) };
  await report(deps, execution, step, ['epoch.stage-candidate', data, plan.secret]);
};

/**
 * Has what will be created recorded, then creates it, then has its value sealed: whatever a crash or a lost answer leaves behind is found by
 * what was recorded first, and removed before another one is created. The value is never anywhere but here and sealed.
 */
const stageIssued = async (
  deps: ActivityDeps,
  provider: IssuedValues,
  { step, current, issuer }: Stage,
  execution: Execution,
): Promise<void> => {
  const { credentialId, epoch, version } = step;
  const value = await openFields(deps, { credentialId, what: 'version', version: current.version });
  const fence = fenceOf(step);
  const tryId = `${execution.id}/${execution.attempt}`;
  const announced = orRefused(await provider.announce({ issuer, current: value, fence, known: current.providerId }));
  const announcement = { providerId: announced.candidate, current: { version: current.version, providerId: announced.current } };
  await report(deps, execution, step, ['epoch.announce-candidate', { credentialId, epoch, version, ...announcement, tryId }]);
  const kept = async () => {
    const now = await stillNeeded(deps, step, 'stage');
    return now && now.tryId === tryId ? [...(now.kept ?? []), announced.current] : null;
  };
  const issued = orRefused(await provider.issue({ issuer, announced, fence, kept }));
  if (issued === null) return;
  const publicFields = { ...current.publicFields, ...issued.publicFields };
  const data = { credentialId, epoch, version, publicFields, providerId: issued.providerId, tryId, ...endOf(issued) };
  const commandId = commandIdOf(execution.id, 'epoch.stage-candidate', data, execution.attempt);
  const staged = await deps.vault.report('epoch.stage-candidate', data, { commandId, secret: issued.secret });
  if (staged.ok) return;
  // Another worker was first, or the rotation is over: nobody will ever hear of this one, so it goes.
  orRefused(await provider.erase({ issuer, fence, providerId: issued.providerId }));
  const isLate = staged.refusal.code === 'announcement-stale';
  if (!isLate && (await stillNeeded(deps, step, 'stage'))) throw refusedByVault('stage what was issued', staged.refusal);
};

/** Makes the candidate's value, or has it made, and has it sealed and recorded. */
export const stageCandidate = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'stage');
  if (!step) return;
  const current = step.versions.find(({ status }) => status === 'current');
  if (!current) throw refused('nothing-to-rotate', 'The credential has no current version, so there is nothing to rotate.');
  const provider = providerFor(deps, step);
  const issuer = await openFields(deps, { credentialId: step.credentialId, what: 'issuer' });
  const stage = { step, current, issuer };
  await (provider.strategy === 'chosen' ? stageChosen(deps, provider, stage, execution) : stageIssued(deps, provider, stage, execution));
};

/** Makes the provider accept the candidate, under the epoch's fence. */
export const applyCandidate = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'apply');
  if (!step) return;
  const provider = providerFor(deps, step);
  if (provider.strategy !== 'chosen') throw refused('provider-unknown', 'What a provider issues is applied already.');
  const { credentialId, epoch, version } = step;
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  const fields = await openFields(deps, { credentialId, what: 'version', version });
  orRefused(await provider.apply({ issuer, fence: fenceOf(step), owner: usernameOf(step.owner), fields }));
  await report(deps, execution, step, ['epoch.record-applied', { credentialId, epoch, version }]);
};

/** A value that was issued a moment ago may not be known everywhere at the provider yet: so often it is asked again, and so long after. */
const PATIENCE = { tries: 4, everyMs: 1_500 };

const testAt = async (provider: TestedValues, input: Parameters<TestedValues['test']>[0], isNew: boolean, execution: Execution) => {
  for (let tries = 1; ; tries += 1) {
    const said = await provider.test(input);
    if (said.verdict !== 'invalid' || !isNew || tries === PATIENCE.tries) return said;
    await execution.sleep(PATIENCE.everyMs);
  }
};

/** Uses the candidate, which must act for the owner. A provider that can't be reached says nothing of the value, so that is no verdict to go by. */
export const testCandidate = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'test');
  if (!step) return;
  const { credentialId, epoch, version } = step;
  const { strategy = 'chosen', owner } = step;
  const fields = await openFields(deps, { credentialId, what: 'version', version });
  const actsFor = strategy === 'chosen' && owner !== undefined ? { owner: usernameOf(owner) } : {};
  const said = await testAt(testerFor(deps, step), { fields, ...actsFor }, strategy === 'issued', execution);
  const { verdict, sentence } = said;
  // Of a person's value it is told all the same: who brought it learns why it isn't in use yet.
  if (!saysNothing(verdict) || strategy === 'assisted')
    await report(deps, execution, step, ['epoch.record-tested', { credentialId, epoch, version, ...said }]);
  if (saysNothing(verdict)) throw refused('provider-unreachable', sentence);
  // A person's value may be mistyped: the vault waits for another one.
  if (verdict !== 'valid' && strategy !== 'assisted') throw refused('candidate-test-failed', sentence);
};

/** From here on the candidate is current; consumers hear of it from the vault. */
export const commitVersion = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'commit');
  if (!step) return;
  const { credentialId, epoch, version } = step;
  await report(deps, execution, step, ['epoch.commit', { credentialId, epoch, version }]);
};
