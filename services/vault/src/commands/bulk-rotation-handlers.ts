import type { Refusal, Reply } from '@keyturn/contracts';
import { MOST_BULK_MEMBERS, type VaultCommandData } from '@keyturn/contracts/commands';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { BulkCommand } from '../bulk-rotations/decide.ts';
import { submitToBulk } from '../bulk-rotations/submit-bulk.ts';
import type { VaultDeps } from '../deps.ts';
import { bulkRotationFold, streamOf } from '../folds.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';

type Wish = VaultCommandData<'bulk-rotation.request'>;
type Members = Awaited<ReturnType<VaultDeps['bulks']['select']>>;

const NAMED = 5;

const membersOf = async (deps: VaultDeps, { ids, service, provider, credentialType, tag }: Wish): Promise<Result<Members, Refusal>> => {
  const found = await deps.bulks.select({ ids, service, provider, credentialType, tag }, MOST_BULK_MEMBERS + 1);
  if (found.length > MOST_BULK_MEMBERS) return refuse({ code: 'bulk-rotation-too-large', most: MOST_BULK_MEMBERS });
  const known = new Set(found.map(({ credentialId }) => credentialId));
  const strange = [...new Set(ids ?? [])].filter((id) => !known.has(id));
  if (strange.length > 0) {
    const more = strange.length > NAMED ? ` and ${strange.length - NAMED} more` : '';
    return refuse({
      code: 'bulk-rotation-empty',
      sentence: `No credentials of the system: ${strange.slice(0, NAMED).join(', ')}${more}. Nothing was started.`,
    });
  }
  return found.length > 0 ? ok(found) : refuse({ code: 'bulk-rotation-empty', sentence: 'No credential of the system fits.' });
};

/** Records that all of these are to be rotated; the replica that leads requests one rotation after another. */
export const requestBulkRotation = async (deps: VaultDeps, opened: Opened, data: Wish): Promise<Reply> => {
  if (deps.hold.restore()) return { refusal: { code: 'restore-unchecked' } };
  const members = await membersOf(deps, data);
  const { ids, service, provider, credentialType, tag, note, ...rest } = data;
  const selection = {
    ...(service === undefined ? {} : { service }),
    ...(provider === undefined ? {} : { provider }),
    ...(credentialType === undefined ? {} : { credentialType }),
    ...(tag === undefined ? {} : { tag }),
    ...(ids === undefined ? {} : { byIds: true as const }),
  };
  const bulkId = deps.newId();
  const verdict = await deps.log.submit(bulkRotationFold, {
    ...jobOf(deps, opened),
    stream: streamOf.bulkRotation(bulkId),
    // Refused here, and not before: a repeat has the verdict of its first time, whatever fits by now.
    decide: (_none, { now }) => {
      if (!members.ok) return members;
      const requested = { bulkId, selection, ...rest, ...(note === undefined ? {} : { note }), members: [...members.value] };
      return ok({
        events: [{ type: 'bulk-rotation.requested', data: requested }],
        verdict: { bulkId, total: members.value.length },
        writes: [{ kind: 'bulk-rotation', bulkId, requestedAt: now, isOpen: true }],
      });
    },
  });
  return replyOf(verdict);
};

const switchBulk = async (deps: VaultDeps, opened: Opened, bulkId: string, command: BulkCommand): Promise<Reply> =>
  replyOf(await submitToBulk(deps.log, { ...jobOf(deps, opened), bulkId, command, verdict: ({ status }) => ({ bulkId, status }) }));

export const pauseBulkRotation = (deps: VaultDeps, opened: Opened, { bulkId, reason }: VaultCommandData<'bulk-rotation.pause'>) =>
  switchBulk(deps, opened, bulkId, { type: 'pause', because: reason });

export const resumeBulkRotation = (deps: VaultDeps, opened: Opened, { bulkId }: VaultCommandData<'bulk-rotation.resume'>) =>
  switchBulk(deps, opened, bulkId, { type: 'resume' });

export const cancelBulkRotation = (deps: VaultDeps, opened: Opened, { bulkId, reason }: VaultCommandData<'bulk-rotation.cancel'>) =>
  switchBulk(deps, opened, bulkId, { type: 'cancel', because: reason });
