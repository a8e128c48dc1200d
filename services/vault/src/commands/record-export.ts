import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ListCredentials } from '@keyturn/contracts/queries';
import { ok } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { accessFold, streamOf } from '../folds.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';

/** Records that somebody takes away what is known of every credential, and of how many; before the first of them is given. */
export const recordExport = async (
  deps: VaultDeps,
  opened: Opened,
  { format }: VaultCommandData<'credential.record-export'>,
): Promise<Reply> => {
  const { total, totalIsAtLeast } = await deps.table.list(ListCredentials.parse({ limit: 1 }));
  const data = { format, total, totalIsAtLeast };
  const verdict = await deps.log.submit(accessFold, {
    ...jobOf(deps, opened),
    stream: streamOf.access('exports'),
    decide: () => ok({ events: [{ type: 'credentials.exported', data }], verdict: { total, totalIsAtLeast } }),
  });
  return replyOf(verdict);
};
