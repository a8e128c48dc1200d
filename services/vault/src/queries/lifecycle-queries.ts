import type { Refusal } from '@keyturn/contracts';
import type { Errand, VaultQueryAnswer } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Facts } from '../credential/awaited.ts';
import { holdersOf, stillRevoking } from '../credential/deletion.ts';
import { versionDetail } from '../credential/lifecycle-view.ts';
import { knownOf, latestRotation, nextVersionNumber, type RegisteredCredential, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { readWithFacts } from '../facts.ts';

/** Every version with its history and its holders, the newest first. */
export const listVersions = async (
  deps: VaultDeps,
  { credentialId }: { readonly credentialId: string },
): Promise<Result<VaultQueryAnswer<'credential.versions'>, Refusal>> => {
  const { state, facts } = await readWithFacts(deps, credentialId);
  const known = knownOf(state);
  if (!known) return refuse({ code: 'credential-unknown' });
  const items = known.versions.map((version) => versionDetail(known, version, facts, state.status === 'deleted'));
  return ok({ items: items.toReversed() });
};

/** What of a credential the worker is to do now. While somebody holds a version nothing of it is revoked. */
export const errandsOf = (state: RegisteredCredential, facts: Facts): Errand[] => {
  const { credentialId, address, credentialType, incarnation, change, deletion } = state;
  const fenceVersion = nextVersionNumber(state);
  const of = (kind: Errand['kind'], number: number, epoch: number): Errand[] => {
    const version = versionOf(state, number);
    if (!version) return [];
    const { publicFields } = version;
    return [{ kind, credentialId, address, credentialType, incarnation, epoch, version: number, fenceVersion, publicFields }];
  };
  if (change) return of('test', change.version, latestRotation(state)?.epoch ?? 0);
  if (!deletion || holdersOf(state, facts).length > 0) return [];
  return stillRevoking(state).flatMap((version) => of('revoke', version, deletion.epoch));
};

export const listErrands = async (deps: VaultDeps): Promise<Result<VaultQueryAnswer<'errand.list-open'>, Refusal>> => {
  const ids = await deps.errands.open();
  const items = await Promise.all(
    ids.map(async (id) => {
      const { state, facts } = await readWithFacts(deps, id);
      return state.status === 'registered' ? errandsOf(state, facts) : [];
    }),
  );
  return ok({ items: items.flat() });
};
