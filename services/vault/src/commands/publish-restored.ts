import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import type { VaultDeps } from '../deps.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import { submitToRestores } from './restore-job.ts';

/** Ends the hold after a restore by a person's word. What was shredded in the lost log is shredded again all the same. */
export const publishRestored = async (deps: VaultDeps, opened: Opened, { reason }: VaultCommandData<'restore.publish'>): Promise<Reply> => {
  const held = deps.hold.restore();
  const { remaining, unreachable: _among, ...counts } = await deps.rechecks.counts(held?.incarnation ?? 0);
  const command = { type: 'restore.publish' as const, reason, counts, unchecked: remaining };
  const verdict = await submitToRestores(deps.log, { ...jobOf(deps, opened), command });
  await deps.hold.refresh();
  return replyOf(verdict);
};
