import type { Refusal } from '@keyturn/contracts';
import type { Errand, VaultQueryAnswer } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Facts } from '../credential/awaited.ts';
import { holdersOf, stillRevoking } from '../credential/deletion.ts';
import { versionDetail } from '../credential/lifecycle-view.ts';
import { isUnchecked, knownOf, latestRotation, nextVersionNumber, type RegisteredCredential, versionOf } from '../credential/state.ts';
import { testedTypes } from '../credential/provider-abilities.ts';
import { credentialFold, streamOf } from '../folds.ts';
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

const errandOf = (state: RegisteredCredential, kind: Errand['kind'], number: number, epoch: number): Errand[] => {
  const version = versionOf(state, number);
  if (!version) return [];
  const { credentialId, address, credentialType, incarnation } = state;
  const fenceVersion = nextVersionNumber(state);
  const { publicFields } = version;
  return [{ kind, credentialId, address, credentialType, incarnation, epoch, version: number, fenceVersion, publicFields }];
};

/** What of a credential the worker is to do now. While somebody holds a version nothing of it is revoked. */
export const errandsOf = (state: RegisteredCredential, facts: Facts): Errand[] => {
  const { change, deletion } = state;
  if (change) return errandOf(state, 'test', change.version, latestRotation(state)?.epoch ?? 0);
  if (!deletion || holdersOf(state, facts).length > 0) return [];
  return stillRevoking(state).flatMap((version) => errandOf(state, 'revoke', version, deletion.epoch));
};

/** As many as one answer holds without coming near what a message may weigh. */
const RECHECKS = 500;

/** While a restore is being checked the worker does nothing else: what it left half done at a provider may be another's by now. */
const rechecksOf = async (deps: VaultDeps, incarnation: number): Promise<Errand[]> => {
  const open = await deps.rechecks.next(incarnation, { among: testedTypes() }, RECHECKS);
  const errands = await Promise.all(
    open.map(async ({ credentialId, version }) => {
      const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
      const isOpen = state.status === 'registered' && state.current === version && isUnchecked(state, incarnation);
      return isOpen ? errandOf(state, 'test', version, latestRotation(state)?.epoch ?? 0) : [];
    }),
  );
  return errands.flat();
};

export const listErrands = async (deps: VaultDeps): Promise<Result<VaultQueryAnswer<'errand.list-open'>, Refusal>> => {
  const held = deps.hold.restore();
  if (held) return ok({ items: await rechecksOf(deps, held.incarnation) });
  const ids = await deps.errands.open();
  const items = await Promise.all(
    ids.map(async (id) => {
      const { state, facts } = await readWithFacts(deps, id);
      return state.status === 'registered' ? errandsOf(state, facts) : [];
    }),
  );
  return ok({ items: items.flat() });
};
