import type { KnownVersion } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import type { IssuerReport } from '@keyturn/providers';
import type { Execution } from '../ports/execution.ts';
import type { StepRun } from '../rotation/rotation-run.ts';
import { fenceOf, openFields, report, stillNeeded, usernameOf, type ActivityDeps } from './activity.ts';
import { orRefused, refused } from './failure.ts';

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

const requireReady = ({ ready, missing }: IssuerReport): void => {
  if (ready) return;
  const wanting = missing.filter(({ needed }) => needed === 'rotation');
  const code = wanting.some(({ statement }) => statement !== undefined) ? 'issuer-lacks-privilege' : (wanting[0]?.code ?? 'issuer-denied');
  throw refused(code, wanting.map(({ sentence, statement }) => (statement ? `${sentence} ${statement}` : sentence)).join(' '));
};

/** Chooses a login and a password, and has them sealed and recorded before the provider hears of them. */
export const stageCandidate = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'stage');
  if (!step) return;
  const { credentialId, epoch, version, versions } = step;
  const owner = ownerOf(versions);
  const current = versions.find(({ status }) => status === 'current');
  if (!current) throw refused('nothing-to-rotate', 'The credential has no current version, so there is nothing to rotate.');
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  requireReady(orRefused(await deps.logins.inspectIssuer({ issuer, owner, credentialId })));
  const plan = orRefused(
    await deps.logins.planCandidate({
      issuer,
      owner,
      credentialId,
      current: await openFields(deps, { credentialId, what: 'version', version: current.version }),
      liveUsernames: liveUsernames(versions),
    }),
  );
  const { username, password } = plan.fields;
  const publicFields = { ...current.publicFields, username };
  const data = { credentialId, epoch, version, publicFields, providerId: plan.providerObject };
  const secret = new Sensitive({ password: password.reveal() });
  await report(deps, execution, step, ['epoch.stage-candidate', data, secret]);
};

/** Makes the provider accept the candidate, under the epoch's fence. */
export const applyCandidate = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'apply');
  if (!step) return;
  const { credentialId, epoch, version } = step;
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  const fields = await openFields(deps, { credentialId, what: 'version', version });
  orRefused(await deps.logins.apply({ issuer, fence: fenceOf(step), owner: usernameOf(step.owner), fields }));
  await report(deps, execution, step, ['epoch.record-applied', { credentialId, epoch, version }]);
};

/** Logs in with the candidate, which must act for the owner. A provider that can't be reached says nothing of the value, so that is no verdict to record. */
export const testCandidate = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'test');
  if (!step) return;
  const { credentialId, epoch, version } = step;
  const fields = await openFields(deps, { credentialId, what: 'version', version });
  const owner = step.owner === undefined ? {} : { owner: usernameOf(step.owner) };
  const { sqlState: _ofTheProvider, ...said } = await deps.logins.test({ fields, ...owner });
  const { verdict, sentence } = said;
  if (verdict === 'unreachable' || verdict === 'rate-limited') throw refused('provider-unreachable', sentence);
  await report(deps, execution, step, ['epoch.record-tested', { credentialId, epoch, version, ...said }]);
  if (verdict !== 'valid') throw refused('candidate-test-failed', sentence);
};

/** From here on the candidate is current; consumers hear of it from the vault. */
export const commitVersion = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'commit');
  if (!step) return;
  const { credentialId, epoch, version } = step;
  await report(deps, execution, step, ['epoch.commit', { credentialId, epoch, version }]);
};
