import type { Actor, Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { ok, refuse } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { legacyUserFold, streamOf } from '../folds.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import { recipientOf, type RefusalRecorder } from './refusal-recorder.ts';

type Deps = VaultDeps & { readonly recordRefusal: RefusalRecorder };
type Person = { readonly issuer: string; readonly subject: string };

/** A session from before the issuer was kept names none; then the subject decides. */
const isOneself = (actor: Actor, { issuer, subject }: Person): boolean =>
  actor.id === subject && (actor.issuer === undefined || actor.issuer === issuer);

/**
 * Says who a legacy user is. Once said it stands: what was imported for them is theirs from then on, and nobody else's. Nobody says it of
 * themselves: another person's keys would be the admin's own, and shown to them (ADR-0034).
 */
export const mapLegacyUser = async (deps: Deps, opened: Opened, data: VaultCommandData<'legacy-user.map'>): Promise<Reply> => {
  const { legacyId, issuer, subject } = data;
  const { actor } = opened;
  if (isOneself(actor, data)) {
    const refusal = {
      code: 'legacy-user-oneself',
      sentence: 'Have another admin map it: nobody takes over a user’s keys by their own word.',
    } as const;
    await deps.recordRefusal({ recipient: recipientOf(actor), actor, refusal });
    return { refusal };
  }
  const [scope, legacyScope] = [userScope(issuer, subject), legacyUserScope(legacyId)];
  const verdict = await deps.log.submit(legacyUserFold, {
    ...jobOf(deps, opened),
    stream: streamOf.legacyUser(legacyScope),
    decide: (state) => {
      const said = { legacyId, scope, issuer, subject };
      if (state?.scope === scope) return ok({ events: [], verdict: said });
      if (state) return refuse({ code: 'legacy-user-mapped', legacyId, scope: state.scope });
      return ok({
        events: [{ type: 'legacy-user.mapped', data: { legacyId, issuer, subject, scope, legacyScope } }],
        verdict: said,
        writes: [{ kind: 'legacy-user', legacyId, legacyScope, scope }],
      });
    },
  });
  return replyOf(verdict);
};
