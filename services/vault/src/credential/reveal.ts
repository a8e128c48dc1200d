import type { Actor, Refusal } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { refuseOldLogin } from './recent-login.ts';
import { aliveOf, usableOf, type Credential, type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';

const MINUTE = 60_000;
/** How long a repeat of a reveal gets the same again: as long as a sealed message lives. */
export const REPEATABLE_MS = 5 * MINUTE;

type Asked = { readonly version?: number | undefined; readonly fields?: readonly string[] | undefined };
export type Shown = { readonly credential: RegisteredCredential; readonly version: Version; readonly fields: readonly string[] };

/** Why nobody may be shown it now, or null. */
export const refuseReveal = (state: Credential): Refusal | null => {
  const usable = usableOf(state);
  if (!usable.ok) return usable.refusal;
  return usable.value.revealable ? null : { code: 'not-revealable', why: 'the credential’s policy says so' };
};

const versionToShow = (credential: RegisteredCredential, requested: number | null): Result<Version, Refusal> => {
  const version = versionOf(credential, requested);
  switch (version?.status) {
    case undefined:
      return refuse({ code: 'version-unknown', requested: requested ?? 0 });
    case 'revoked':
      return refuse({ code: 'version-revoked', requested: version?.version ?? 0 });
    case 'discarded':
    case 'discarding':
      return refuse({ code: 'version-discarded', requested: version?.version ?? 0 });
    default:
      return version ? ok(version) : refuse({ code: 'version-unknown', requested: requested ?? 0 });
  }
};

/** What a person or program is shown, if they may be: the policy in one place. The role was judged before. */
export const judgeReveal = (state: Credential, asked: Asked, actor: Actor, now: string): Result<Shown, Refusal> => {
  const refusal = refuseReveal(state);
  if (refusal) return refuse(refusal);
  const alive = aliveOf(state);
  if (!alive.ok) return alive;
  const tooOld = refuseOldLogin(actor, now);
  if (tooOld) return refuse(tooOld);
  const version = versionToShow(alive.value, asked.version ?? alive.value.current);
  if (!version.ok) return version;
  const known = Object.keys(version.value.masks);
  const fields = asked.fields ?? known;
  const unknown = fields.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    return refuse({ code: 'fields-invalid', issues: unknown.map((name) => `${name}: there is no such secret field`) });
  return ok({ credential: alive.value, version: version.value, fields });
};
