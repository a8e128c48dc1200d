import { ApplicationFailure } from '@temporalio/common';
import { presentable } from '../rotation/scrub.ts';
import type { ActivityDeps } from './activity.ts';
import { commandIdOf } from './command-id.ts';
import { describeFailure } from './failure.ts';

type Owed = { readonly credentialId: string; readonly version: number };

/** The vault's words for "not now": nothing failed, and nobody needs to know. */
const NOT_NOW: readonly string[] = ['rotation-open', 'change-open', 'revocation-not-proven'];

/**
 * Revokes, and has the ledger say so where the provider refuses it; the refusal is then thrown on. `root` names this try, so that the same
 * refusal at another one is another word. A ledger that can't be told hides nothing: the next try tells it.
 */
export const revokeOrTell = async <T>(
  { vault, log }: Pick<ActivityDeps, 'vault' | 'log'>,
  { credentialId, version }: Owed,
  root: string,
  revoke: () => Promise<T>,
): Promise<T> => {
  try {
    return await revoke();
  } catch (thrown) {
    if (!(thrown instanceof ApplicationFailure) || NOT_NOW.includes(thrown.type ?? '')) throw thrown;
    const data = { credentialId, version, sentence: presentable(thrown.message) };
    const commandId = commandIdOf(root, 'ledger.record-revoke-failed', data);
    const told = await vault.report('ledger.record-revoke-failed', data, { commandId }).catch((error: unknown) => ({ ok: false, error }));
    if (!told.ok) log.warn('ledger.untold', { credentialId, version, ...('error' in told ? describeFailure(told.error) : {}) });
    throw thrown;
  }
};
