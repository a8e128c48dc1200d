import type { Logger } from '@keyturn/telemetry';
import { ownJob, submitToRing } from '../commands/ring-job.ts';
import type { CommandLog, Write } from '../ports/command-log.ts';
import type { KekTable } from '../ports/kek-table.ts';
import type { KeyTable } from '../ports/key-table.ts';
import type { KeyWrapper } from '../ports/key-wrapper.ts';
import { type KekKeeper, kekKeeper } from './kek-keeper.ts';
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

/** Whatever hangs on a KEK must be openable, or nothing is begun. */
const refuseMissingKeks = (needed: readonly string[], wrapper: KeyWrapper): void => {
  const missing = needed.filter((kekId) => !wrapper.held().includes(kekId));
  if (missing.length === 0) return;
  const held = wrapper.held().join(', ');
  throw new Error(`this is the wrong KEK: keys in the database hang on ${missing.join(', ')}, and this vault holds only ${held}`);
};

const refuseMissingDeks = async (keys: KeyTable): Promise<void> => {
  const missing = await keys.missingDeks();
  if (missing.length === 0) return;
  const named = missing.map(({ credentialId, version }) => `version ${version} of ${credentialId}`).join(', ');
  throw new Error(`the data keys of these versions are missing from table wrapped_deks, restore them first: ${named}`);
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
  const [stored, uses, active] = await Promise.all([keys.identity(), keks.uses(), keks.active()]);
  if (!stored && uses.length > 0) throw new Error('table vault_identity is empty, and other keys are there: restore it first');
  const wrapper = await deps.openWrapper({ create: stored === null });
  refuseMissingKeks([...new Set([...uses.map(({ kekId }) => kekId), ...(active === null ? [] : [active])])], wrapper);
  await refuseMissingDeks(keys);
  const first = active ?? stored?.kekId ?? wrapper.held()[0] ?? '';
  const keeper = kekKeeper({ wrapper, keks, first, replica: newId(), goneMs, logger });
  const identity = await loadIdentity({ keys, wrapper: keeper });
  await keeper.report();
  if (active === null) await beginRing(deps, (await keys.identity())?.kekId ?? first);
  await keeper.refresh();
  return { wrapper: keeper, identity };
};
