import type { Refusal, Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import type { KekFacts } from '../key-ring/command.ts';
import { kekIn, type KeyRing } from '../key-ring/state.ts';
import type { VaultDeps } from '../deps.ts';
import type { DecisionContext } from '../ports/command-log.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import { submitToRing } from './ring-job.ts';

const stateOf = (kekId: string) => (ring: KeyRing) => ({ kekId, state: kekIn(ring, kekId)?.state });

const factsOf = ({ kek }: DecisionContext): KekFacts => {
  if (!kek) throw new Error('nothing is known of the KEK');
  return kek;
};

/** Only a key that stands on this replica's host already: a mistyped fingerprint would stay in the ring for ever. */
export const addKek = async (deps: VaultDeps, opened: Opened, { kekId }: VaultCommandData<'key-ring.add'>): Promise<Reply> => {
  await deps.kekKeeper.report();
  if (!deps.kekKeeper.holds(kekId)) return { refusal: { code: 'kek-unknown', kekId } satisfies Refusal };
  const job = { ...jobOf(deps, opened), verdict: stateOf(kekId), command: () => ({ type: 'key-ring.add' as const, kekId }) };
  return replyOf(await submitToRing(deps.log, job));
};

/** Makes the key the active one, for this replica at once; the others hear of it at their next append or beat. */
export const activateKek = async (deps: VaultDeps, opened: Opened, { kekId }: VaultCommandData<'key-ring.activate'>): Promise<Reply> => {
  await deps.kekKeeper.report();
  const verdict = await submitToRing(deps.log, {
    ...jobOf(deps, opened),
    kekId,
    verdict: stateOf(kekId),
    command: (context) => ({ type: 'key-ring.activate', kekId, facts: factsOf(context) }),
  });
  await deps.kekKeeper.refresh();
  return replyOf(verdict);
};

export const retireKek = async (deps: VaultDeps, opened: Opened, { kekId }: VaultCommandData<'key-ring.retire'>): Promise<Reply> => {
  const verdict = await submitToRing(deps.log, {
    ...jobOf(deps, opened),
    kekId,
    verdict: stateOf(kekId),
    command: (context) => ({ type: 'key-ring.retire', kekId, facts: factsOf(context) }),
  });
  return replyOf(verdict);
};

/** Opens a run, or answers the one that is open. The replica that leads does it. */
export const requestRewrap = async (deps: VaultDeps, opened: Opened): Promise<Reply> => {
  const [uses, active] = await Promise.all([deps.keks.uses(), deps.keks.active()]);
  const totalCredentials = uses.filter(({ kekId }) => kekId !== active).reduce((sum, { dataKeys }) => sum + dataKeys, 0);
  const runId = deps.newId();
  const verdict = await submitToRing(deps.log, {
    ...jobOf(deps, opened),
    command: () => ({ type: 'key-ring.rewrap', runId, totalCredentials }),
    verdict: ({ run }) => ({ runId: run?.runId, kekId: run?.kekId, totalCredentials: run?.totalCredentials }),
  });
  return replyOf(verdict);
};
