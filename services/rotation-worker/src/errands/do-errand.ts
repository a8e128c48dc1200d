import { setTimeout as wait } from 'node:timers/promises';
import type { Errand } from '@keyturn/contracts/queries';
import { openFields, usernameOf, type ActivityDeps } from '../activities/activity.ts';
import { orRefused, refused, refusedByVault } from '../activities/failure.ts';
import type { Errands, ErrandVerdict } from '../ports/errands.ts';

export type ErrandDeps = Pick<ActivityDeps, 'vault' | 'logins' | 'log'> & {
  readonly errands: Errands;
  /** How long a provider that can't be reached is left alone before it is asked again. */
  readonly retryMs?: number;
};

const TRIES = 3;
const NO_TEST: ErrandVerdict = { verdict: 'no-test', sentence: 'There is no test for this type yet.', elapsedMs: 0 };

/** The one provider module so far; every other type has no test, and can't be revoked by us. */
const isOurs = ({ credentialType }: Errand): boolean => credentialType === 'database_password';

/** A provider that can't be reached is asked again: what it can't say once is no verdict yet. */
const verdictOn = async (deps: ErrandDeps, { credentialId, version }: Errand): Promise<ErrandVerdict> => {
  const fields = await openFields(deps, { credentialId, what: 'version', version });
  for (let attempt = 1; ; attempt += 1) {
    const { verdict, sentence, elapsedMs } = await deps.logins.test({ fields });
    if (verdict !== 'unreachable' || attempt === TRIES) return { verdict, sentence: sentence.slice(0, 500), elapsedMs };
    await wait(deps.retryMs ?? 1_000);
  }
};

const test = async (deps: ErrandDeps, errand: Errand): Promise<void> => {
  const verdict = isOurs(errand) ? await verdictOn(deps, errand) : NO_TEST;
  const recorded = await deps.errands.recordTested(errand, verdict);
  // Another worker was first.
  if (!recorded.ok && recorded.refusal.code !== 'version-not-pending') throw refusedByVault('record the test', recorded.refusal);
};

/** Erases the login under the deletion's own fence, and records it once the provider has refused the value twice. */
const revoke = async (deps: ErrandDeps, errand: Errand): Promise<void> => {
  const { credentialId, version, incarnation, epoch, fenceVersion, publicFields } = errand;
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  const fields = await openFields(deps, { credentialId, what: 'version', version });
  const fence = { credentialId, incarnation, epoch, version: fenceVersion };
  orRefused(await deps.logins.erase({ issuer, fence, username: usernameOf(publicFields) }));
  const { state, sentence } = await deps.logins.isDead(fields);
  if (state !== 'dead') throw refused(state === 'alive' ? 'still-alive' : 'provider-unreachable', sentence);
  const recorded = await deps.errands.recordRevoked(errand);
  if (!recorded.ok && recorded.refusal.code !== 'version-not-revoking') throw refusedByVault('record the revoke', recorded.refusal);
};

/** Does what the vault asks outside a rotation. Repeating it is harmless: the errand is listed until its outcome is recorded. */
export const doErrand = (deps: ErrandDeps, errand: Errand): Promise<void> =>
  errand.kind === 'test' ? test(deps, errand) : revoke(deps, errand);
