import type { EndedSessions } from '@keyturn/contracts/events';
import type { ProviderChange, RotationProvider } from '@keyturn/providers';
import type { Execution } from '../ports/execution.ts';
import type { StepRun } from '../rotation/rotation-run.ts';
import type { StepRefusal } from '../rotation/step-refusal.ts';
import { commandIdOf } from './command-id.ts';
import { fenceOf, openFields, providerFor, providerIdOf, report, stillNeeded, testerFor, type ActivityDeps } from './activity.ts';
import { orRefused, orStillAlive, refusedByVault } from './failure.ts';
import { presentable } from '../rotation/scrub.ts';
import { revokeOrTell } from './revoke-failure.ts';

export const holdRotation = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'hold');
  if (!step) return;
  const { credentialId, epoch, waitingFor } = step;
  await report(deps, execution, step, ['epoch.hold', { credentialId, epoch, waitingFor }]);
};

/** Has it said once more that somebody must look after the rotation. */
export const escalateRotation = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'escalate');
  if (!step) return;
  const { credentialId, epoch, waitingFor } = step;
  await report(deps, execution, step, ['epoch.escalate', { credentialId, epoch, waitingFor }]);
};

/** Asks the vault to start the revocation. "Not proven" is an answer, not a failure: the run asks again what is needed. */
export const startRevocation = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<StepRefusal | undefined> => {
  const step = await stillNeeded(deps, run, 'start-revocation');
  if (!step) return undefined;
  const { credentialId, epoch, version } = step;
  const data = { credentialId, epoch, version };
  const started = await deps.vault.report('epoch.start-revocation', data, {
    commandId: commandIdOf(execution.id, 'start-revocation', data),
  });
  if (started.ok || !(await stillNeeded(deps, run, 'start-revocation'))) return undefined;
  const { refusal } = started;
  if (refusal.code !== 'revocation-not-proven') throw refusedByVault('start the revocation', refusal);
  return { code: refusal.code, sentence: `The revocation waits for ${refusal.waitingFor}.` };
};

/** Revoke, step one: nobody logs in with the old version any more; this can still be undone at the provider. */
export const denyLogins = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'deny-logins');
  if (!step) return;
  const { credentialId, epoch, version } = step;
  let ended: EndedSessions | undefined;
  await revokeOrTell(deps, step, execution.id, async () => {
    const change = {
      issuer: await openFields(deps, { credentialId, what: 'issuer' }),
      fence: fenceOf(step),
      providerId: providerIdOf(step),
    };
    orRefused(await providerFor(deps, step).denyUse(change));
    if (step.endSessions === true) ended = await cutOff(providerFor(deps, step), change);
  });
  await report(deps, execution, step, [
    'epoch.record-logins-denied',
    { credentialId, epoch, version, ...(ended === undefined ? {} : { ended }) },
  ]);
};

/** Ends whatever is logged in with the old version, where a provider has sessions, and says whose they were. Nobody comes in any more. */
const cutOff = async (provider: RotationProvider, change: ProviderChange): Promise<EndedSessions | undefined> => {
  if (!provider.endUse) return undefined;
  const { issuer, providerId } = change;
  const seen = orRefused(await provider.sampleUse({ issuer, providerId }));
  const { sessions } = orRefused(await provider.endUse(change));
  const whose = [...seen.applications, ...seen.addresses];
  const named = whose.length === 0 ? '' : ` (${whose.join(', ')})`;
  return { sessions, sentence: presentable(`Ended ${sessions === 1 ? '1 session' : `${sessions} sessions`} of ${providerId}${named}.`) };
};

/** Revoke, step two: erases the old value, unless a person did, and records it as revoked only once the provider has refused it twice. */
export const eraseOld = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'erase');
  if (!step) return;
  const { credentialId, epoch, version } = step;
  await revokeOrTell(deps, step, execution.id, async () => {
    const fields = await openFields(deps, { credentialId, what: 'version', version });
    if (step.strategy !== 'assisted') {
      const issuer = await openFields(deps, { credentialId, what: 'issuer' });
      const kept = async () => (await stillNeeded(deps, run, 'erase'))?.kept ?? null;
      orRefused(await providerFor(deps, step).erase({ issuer, fence: fenceOf(step), providerId: providerIdOf(step), kept }));
    }
    orStillAlive(await testerFor(deps, step).isDead(fields));
  });
  await report(deps, execution, step, ['epoch.record-revoked', { credentialId, epoch, version }]);
};
