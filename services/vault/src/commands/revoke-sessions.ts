import type { Actor, Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { personFold, streamOf } from '../folds.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import type { RefusalRecorder } from './refusal-recorder.ts';

/** One's own, or as an admin anybody's. */
const mayRevoke = (actor: Actor, personId: string): boolean =>
  (actor.kind === 'person' && actor.id === personId) || actor.roles?.includes('admin') === true;

/** From here on no session of the person that began before opens anything; the next sign-in begins a new one. */
export const revokeSessions = async (
  deps: VaultDeps & { readonly recordRefusal: RefusalRecorder },
  opened: Opened,
  { personId }: VaultCommandData<'person.revoke-sessions'>,
): Promise<Reply> => {
  const { actor } = opened;
  if (!mayRevoke(actor, personId)) {
    const refusal = { code: 'not-allowed', action: 'person.revoke-sessions' } as const;
    await deps.recordRefusal({ recipient: `${actor.kind} ${actor.id}`, actor, refusal });
    return { refusal };
  }
  const verdict = await deps.log.submit(personFold, {
    ...jobOf(deps, opened),
    stream: streamOf.person(personId),
    decide: (_state, { now }) => {
      const before = new Date(now).toISOString();
      return ok({ events: [{ type: 'person.sessions-revoked', data: { personId, before } }], verdict: { revokedBefore: before } });
    },
  });
  return replyOf(verdict);
};
