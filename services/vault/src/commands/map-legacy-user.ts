import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { ok, refuse } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { legacyUserFold, streamOf } from '../folds.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';

/** Says who a legacy user is. Once said it stands: what was imported for them is theirs from then on, and nobody else's. */
export const mapLegacyUser = async (deps: VaultDeps, opened: Opened, data: VaultCommandData<'legacy-user.map'>): Promise<Reply> => {
  const { legacyId, issuer, subject } = data;
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
