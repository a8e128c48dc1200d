import type { Refusal } from '@keyturn/contracts';
import { REPEATABLE_MS } from '../credential/reveal.ts';
import { usableOf, versionOf } from '../credential/state.ts';
import { isLive } from '../credential/version.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { isHeldBack } from '../restore/restore-hold.ts';

/** What a program was given. `givenAt`: absent in verdicts that were stored before it was said, which nothing is given again for. */
type Given = { readonly credentialId: string; readonly version: number; readonly givenAt?: string | undefined };

/** Why a repeat of the command by which a program was given a version gets it no more, or null. Repeats aren't decided again. */
export const refuseAgain = async (
  deps: Pick<VaultDeps, 'log' | 'hold' | 'clock'>,
  { credentialId, version: number, givenAt }: Given,
): Promise<Refusal | null> => {
  const usable = usableOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)));
  if (!usable.ok) return usable.refusal;
  if (isHeldBack(deps.hold, usable.value)) return { code: 'restore-unchecked' };
  const version = versionOf(usable.value, number);
  if (!version) return { code: 'version-unknown', requested: number };
  if (!isLive(version)) return { code: version.status === 'revoked' ? 'version-revoked' : 'version-discarded', requested: number };
  const age = deps.clock.now().getTime() - Date.parse(givenAt ?? '');
  return age <= REPEATABLE_MS ? null : { code: 'seal-expired' };
};
