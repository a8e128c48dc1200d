import { noTestBecause, type Refusal } from '@keyturn/contracts';
import type { ChangeResult, Errand, VaultQueryAnswer } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Facts } from '../credential/awaited.ts';
import { holdersOf, stillRevoking } from '../credential/deletion.ts';
import { issuerToInspect } from '../credential/inspection.ts';
import { versionDetail } from '../credential/lifecycle-view.ts';
import { namedThere } from '../credential/provider-id.ts';
import { latestRotation } from '../credential/rotation.ts';
import { isUnchecked, knownOf, nextVersionNumber, type RegisteredCredential, versionOf } from '../credential/state.ts';
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
  const named = namedThere(state, version);
  return [{ kind, credentialId, address, credentialType, incarnation, epoch, version: number, fenceVersion, publicFields, ...named }];
};

/** What of a credential is to be tested: a version that is to become current, and the current one where somebody asked, or Keyturn itself did. */
const testsOf = (state: RegisteredCredential): Errand[] =>
  [state.change, state.testAsked].flatMap((asked) => {
    const issuer = asked && issuerToInspect(state, asked.version);
    const errands = asked ? errandOf(state, 'test', asked.version, latestRotation(state)?.epoch ?? 0) : [];
    const scheduled = asked === state.testAsked && asked?.by.kind === 'service' ? { isScheduled: true as const } : {};
    return errands.map((errand) => ({ ...errand, ...scheduled, ...(issuer && { issuer }) }));
  });

/** What of a credential the worker is to do now. While somebody holds a version nothing of it is revoked. */
export const errandsOf = (state: RegisteredCredential, facts: Facts): Errand[] => {
  const { deletion } = state;
  const tests = testsOf(state);
  if (tests.length > 0) return tests;
  if (!deletion || holdersOf(state, facts).length > 0) return [];
  return stillRevoking(state).flatMap((version) => errandOf(state, 'revoke', version, deletion.epoch));
};

/** As many as one answer holds without coming near what a message may weigh. */
const MOST_ERRANDS = 500;

/** While a restore is being checked the worker only tests: what it left half done at a provider may be another's by now. */
const rechecksOf = async (deps: VaultDeps, incarnation: number): Promise<Errand[]> => {
  const open = await deps.rechecks.next(incarnation, 'testable', MOST_ERRANDS);
  const errands = await Promise.all(
    open.map(async ({ credentialId, version }) => {
      const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
      const isOpen = state.status === 'registered' && state.current === version && isUnchecked(state, incarnation);
      return isOpen ? errandOf(state, 'test', version, latestRotation(state)?.epoch ?? 0) : [];
    }),
  );
  return errands.flat();
};

/** What is open of one credential. What a deletion waits for is looked up only where there is one: values brought by the hundred have none. */
const openOf = async (deps: VaultDeps, credentialId: string, isHeld: boolean): Promise<Errand[]> => {
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  if (state.status !== 'registered') return [];
  if (isHeld || !state.deletion) return testsOf(state);
  return errandsOf(state, (await readWithFacts(deps, credentialId)).facts);
};

export const listErrands = async (deps: VaultDeps): Promise<Result<VaultQueryAnswer<'errand.list-open'>, Refusal>> => {
  const held = deps.hold.restore();
  const ids = await deps.errands.open();
  const open = await Promise.all(ids.map((id) => openOf(deps, id, held !== null)));
  // Somebody waits for what was asked: it comes before the rechecks.
  const items = [...open.flat(), ...(held ? await rechecksOf(deps, held.incarnation) : [])];
  return ok({ items: items.slice(0, MOST_ERRANDS) });
};

/** The tests of a credential's versions, the newest first. */
export const listTests = async (
  deps: VaultDeps,
  { credentialId }: { readonly credentialId: string },
): Promise<Result<VaultQueryAnswer<'credential.tests'>, Refusal>> => {
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const known = knownOf(state);
  if (!known) return refuse({ code: 'credential-unknown' });
  const current = versionOf(known, known.current);
  const because = state.status === 'deleted' || !current ? 'It has no current version.' : null;
  const noTest = because ?? noTestBecause(known.credentialType, current?.publicFields ?? {});
  return ok({ noTestBecause: noTest, open: known.testAsked, items: known.tests.toReversed() });
};

type Asked = { readonly credentialId: string; readonly commandId: string };

/** What became of a change: also of a registration that left no credential. */
export const findChange = async (deps: VaultDeps, { credentialId, commandId }: Asked): Promise<Result<ChangeResult, Refusal>> => {
  const known = knownOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)));
  if (!known) return refuse({ code: 'credential-unknown' });
  const { change, endedChanges, generation } = known;
  if (change?.commandId === commandId) {
    const { kind, version } = change;
    return ok({ credentialId, kind, version, status: 'testing', generation, failure: null });
  }
  const ended = endedChanges.find((one) => one.commandId === commandId);
  if (!ended) return refuse({ code: 'nothing-to-change' });
  const { kind, version, failure } = ended;
  return ok({ credentialId, kind, version, status: failure ? 'failed' : 'committed', generation: ended.generation, failure });
};
