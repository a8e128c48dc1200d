import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { personFold, streamOf } from '../folds.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';

/** From here on no session of the person that began before opens anything; the next sign-in begins a new one. */
export const revokeSessions = async (
  deps: VaultDeps,
  opened: Opened,
  { personId }: VaultCommandData<'person.revoke-sessions'>,
): Promise<Reply> => {
  const asked = deps.clock.now().getTime(); // the log's clock may be a round trip behind: a session of that moment is revoked, too
  const verdict = await deps.log.submit(personFold, {
    ...jobOf(deps, opened),
    stream: streamOf.person(personId),
    decide: (_state, { now }) => {
      const before = new Date(Math.max(Date.parse(now), asked)).toISOString();
      return ok({ events: [{ type: 'person.sessions-revoked', data: { personId, before } }], verdict: { revokedBefore: before } });
    },
  });
  return replyOf(verdict);
};
