import type { Reply } from '@keyturn/contracts';
import { ok } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { accessFold, streamOf } from '../folds.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';

/** Keeps the command's fingerprint, as of any other, and does nothing: so another request under its id is refused. */
export const beginRequest = async (deps: VaultDeps, opened: Opened): Promise<Reply> =>
  replyOf(
    await deps.log.submit(accessFold, {
      ...jobOf(deps, opened),
      stream: streamOf.access('requests'),
      decide: () => ok({ events: [], verdict: {} }),
    }),
  );
