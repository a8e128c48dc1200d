import type { Errand } from '@keyturn/contracts/queries';
import type { OpenedFields, RotationProvider } from '@keyturn/providers';
import { openFields, providerFor, usernameOf } from '../activities/activity.ts';
import { orRefused, orStillAlive, refusedByVault } from '../activities/failure.ts';
import { type TestDeps, testVersion } from './test-version.ts';

export type ErrandDeps = TestDeps;

/**
 * What finds it at the provider; null where nothing does any more. What the log names is erased also where it is dead already: it may only be
 * shut out there, and be let in again. What no rotation ever announced says it itself, as long as it lives.
 */
const findThere = async (
  provider: RotationProvider,
  { publicFields, credentialId, providerId }: Errand,
  { issuer, fields }: { readonly issuer: OpenedFields; readonly fields: OpenedFields },
): Promise<string | null> => {
  if (provider.strategy === 'chosen') return usernameOf(publicFields);
  if (providerId !== undefined) return providerId;
  if ((await provider.isDead(fields)).state === 'dead') return null;
  return orRefused(await provider.identify({ issuer, fields, credentialId }));
};

/** Erases the login under the deletion's own fence, and records it once the provider has refused the value twice. */
const revoke = async (deps: ErrandDeps, errand: Errand): Promise<void> => {
  const { credentialId, version, incarnation, epoch, fenceVersion } = errand;
  const provider = providerFor(deps, errand);
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  const fields = await openFields(deps, { credentialId, what: 'version', version });
  const fence = { credentialId, incarnation, epoch, version: fenceVersion };
  const providerId = await findThere(provider, errand, { issuer, fields });
  if (providerId !== null) orRefused(await provider.erase({ issuer, fence, providerId, kept: async () => [] }));
  orStillAlive(await provider.isDead(fields));
  const recorded = await deps.errands.recordRevoked(errand);
  if (!recorded.ok && recorded.refusal.code !== 'version-not-revoking') throw refusedByVault('record the revoke', recorded.refusal);
};

/** Does what the vault asks outside a rotation. Repeating it is harmless: the errand is listed until its outcome is recorded. */
export const doErrand = (deps: ErrandDeps, errand: Errand): Promise<void> =>
  errand.kind === 'test' ? testVersion(deps, errand) : revoke(deps, errand);
