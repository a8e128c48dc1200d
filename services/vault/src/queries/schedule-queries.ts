import type { Refusal } from '@keyturn/contracts';
import type { ScheduleView } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { isOverdueSaid, isStillRefused, startOf, turnOf } from '../credential/schedule.ts';
import { knownOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';

/** When a credential is rotated and spoken of without anybody's click. */
export const scheduleOf = async (
  deps: VaultDeps,
  { credentialId }: { readonly credentialId: string },
): Promise<Result<ScheduleView, Refusal>> => {
  const known = knownOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)));
  if (!known) return refuse({ code: 'credential-unknown' });
  const { schedule, remindDaysBefore, expiresAt, scheduledRefusal, overdue } = known;
  const turn = turnOf(known);
  const dueAt = turn?.dueAt ?? null;
  const refused = scheduledRefusal && isStillRefused(known) ? scheduledRefusal : null;
  return ok({
    credentialId,
    schedule,
    dueAt,
    startsAt: dueAt === null ? null : startOf(known, dueAt),
    refused: refused && { at: refused.at, code: refused.code, sentence: refused.sentence },
    overdueSince: isOverdueSaid(known) ? (overdue?.since ?? null) : null,
    failures: turn?.failures ?? 0,
    expiresAt,
    remindDaysBefore: [...remindDaysBefore],
  });
};
