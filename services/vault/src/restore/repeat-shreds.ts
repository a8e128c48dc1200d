import type { LogHead } from '@keyturn/contracts/events';
import type { LostShred } from '@keyturn/contracts/queries';
import { submitToCredential } from '../commands/credential-job.ts';
import { markedById } from '../commands/default-mark.ts';
import { endingWith } from '../commands/delete-credential.ts';
import type { Opened } from '../commands/opened.ts';
import { submitToRestores } from '../commands/restore-job.ts';
import { ownJob } from '../commands/ring-job.ts';
import type { VaultDeps } from '../deps.ts';
import type { LostTail } from '../ports/lost-tail.ts';
import type { Restore } from './state.ts';

export type ShredDeps = Pick<VaultDeps, 'log' | 'fingerprintKey' | 'newId' | 'backupRetentionDays' | 'logger'> & {
  readonly lostTail: LostTail;
};

const UNTOLD = 'deleted in the log that was lost; its reason was lost too';

const openedOf = (commandId: string): Opened => ({
  type: 'credential.repeat-deletion',
  commandId,
  actor: { kind: 'service', id: 'vault' },
  data: {},
  request: { canSeal: false, answer: (value) => ({ ok: value }) },
  traceparent: undefined,
  correlationId: undefined,
  causationId: undefined,
});

/** Deletes it again, with its data keys. True: it had come back. A repeat, or one that the backup never had, changes nothing. */
const repeatDeletion = async (deps: ShredDeps, { credentialId, position, deleted }: LostShred): Promise<boolean> => {
  const said = deleted ?? { reason: UNTOLD, revoked: [], backupRetentionDays: deps.backupRetentionDays };
  let made = 0;
  const reply = await submitToCredential(deps, openedOf(deps.newId()), {
    credentialId,
    command: () => ({ type: 'credential.repeat-deletion', data: { ...said, repeats: position } }),
    ...endingWith(await markedById(deps, credentialId)),
    verdict: (events) => {
      made = events.length;
      return {};
    },
  });
  if ('refusal' in reply && reply.refusal.code !== 'credential-unknown') {
    throw new Error(`${credentialId} can’t be deleted again: ${reply.refusal.code}`);
  }
  return 'ok' in reply && made > 0;
};

/**
 * Deletes again what the lost log had deleted behind the restore's head, as audit tells it page by page, and records that it is done. False:
 * audit can't tell yet. Whoever takes it up after a crash begins anew: what is deleted stays so.
 */
export const repeatShreds = async (deps: ShredDeps, { incarnation, head }: Restore, stop: AbortSignal): Promise<boolean> => {
  let [named, deleted] = [0, 0];
  let after: LogHead | null = null;
  for (;;) {
    const page = await deps.lostTail.shreds({ head, incarnation, after });
    if (!page?.known || stop.aborted) return false;
    for (const shred of page.items) {
      named += 1;
      if (await repeatDeletion(deps, shred)) deleted += 1;
    }
    after = page.next;
    if (after !== null) continue;
    const command = { type: 'restore.shreds-repeated' as const, incarnation, lostTo: page.lostTo, named, deleted };
    await submitToRestores(deps.log, { ...ownJob(deps.newId()), command });
    deps.logger.info('restore.shreds-repeated', { incarnation, lostTo: page.lostTo, named, deleted });
    return true;
  }
};
