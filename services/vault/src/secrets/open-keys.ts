import type { Logger } from '@keyturn/telemetry';
import { ownJob, submitToRing } from '../commands/ring-job.ts';
import type { CommandLog, Write } from '../ports/command-log.ts';
import type { KekTable } from '../ports/kek-table.ts';
import type { KeyTable } from '../ports/key-table.ts';
import type { KeyWrapper } from '../ports/key-wrapper.ts';
import { type KekKeeper, kekKeeper } from './kek-keeper.ts';
import { keysThere, openFitting } from './refuse-unfit-keys.ts';
import { loadIdentity, type VaultIdentity } from './vault-identity.ts';

type Deps = {
  readonly keys: KeyTable;
  readonly keks: KekTable;
  readonly log: Pick<CommandLog, 'submit'>;
  readonly openWrapper: (options: { create: boolean }) => Promise<KeyWrapper>;
  readonly newId: () => string;
  readonly replicaGoneMs: number;
  readonly logger: Logger;
};

/** Records with which key the ring begins. Table `keks` is written whole: it is empty in a new vault and in a restored one. */
const beginRing = ({ log, newId }: Deps, kekId: string): Promise<unknown> =>
  submitToRing(log, {
    ...ownJob(newId()),
    command: () => ({ type: 'key-ring.begin', kekId }),
    writes: ({ keks }) => keks.map(({ kekId: id, state }): Write => ({ kind: 'kek-state', kekId: id, state })),
  });

/**
 * Opens the keys at start, or stops it with one sentence before anything is written: a KEK is created only for a vault that has nothing
 * yet, every KEK on which something hangs must be held, and every live version must have its data key.
 */
export const openKeys = async (deps: Deps): Promise<{ wrapper: KekKeeper; identity: VaultIdentity }> => {
  const { keys, keks, logger, newId, replicaGoneMs: goneMs } = deps;
  const there = await keysThere(deps);
  const { stored, active } = there;
  const wrapper = await openFitting(deps, there, { create: true });
  const first = active ?? stored?.kekId ?? wrapper.held()[0] ?? '';
  const keeper = kekKeeper({ wrapper, keks, first, replica: newId(), goneMs, logger });
  const identity = await loadIdentity({ keys, wrapper: keeper });
  await keeper.report();
  if (active === null) await beginRing(deps, (await keys.identity())?.kekId ?? first);
  await keeper.refresh();
  return { wrapper: keeper, identity };
};
