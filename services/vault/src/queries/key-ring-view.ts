import type { KekView, KeyRingView, RewrapView } from '@keyturn/contracts/queries';
import type { VaultDeps } from '../deps.ts';
import { keyRingFold, streamOf } from '../folds.ts';
import type { RewrapRun } from '../key-ring/state.ts';
import { WRAP_LIMIT } from '../secrets/kek-keeper.ts';

const rewrapView = async (deps: VaultDeps, run: RewrapRun, remaining: number): Promise<RewrapView> => {
  const { runId, kekId, requestedAt, totalCredentials, failed, result } = run;
  const rotated = result?.rotated ?? (await deps.rewraps.counts(runId)).rotated;
  return { runId, kekId, status: result ? 'completed' : 'running', requestedAt, totalCredentials, rotated, failed, remaining, result };
};

/** The ring as the log tells it, beside what hangs on each key and who holds it. */
export const keyRingView = async (deps: VaultDeps): Promise<KeyRingView> => {
  const [ring, uses, wraps, replicas] = await Promise.all([
    deps.log.state(keyRingFold, streamOf.keyRing),
    deps.keks.uses(),
    deps.keks.wraps(),
    deps.keks.replicas.list(),
  ]);
  const keys = ring.keks.map((kek): KekView => {
    const { kekId } = kek;
    const { dataKeys = 0, sealingKeys = 0, identity = 0 } = uses.find((use) => use.kekId === kekId) ?? {};
    const missingAt = replicas.filter(({ kekIds }) => !kekIds.includes(kekId)).map(({ replica }) => replica);
    return { ...kek, uses: { dataKeys, sealingKeys, identity }, wraps: wraps.get(kekId) ?? 0, wrapLimit: WRAP_LIMIT, missingAt };
  });
  const remaining = uses.filter(({ kekId }) => kekId !== ring.run?.kekId).reduce((sum, { dataKeys }) => sum + dataKeys, 0);
  const views = replicas.map(({ replica, kekIds, seenAt }) => ({ replica, kekIds: [...kekIds], seenAt }));
  return { keys, replicas: views, rewrap: ring.run && (await rewrapView(deps, ring.run, remaining)) };
};
