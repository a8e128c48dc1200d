import type { Refusal, Reply } from '@keyturn/contracts';
import type { Result } from '@keyturn/kernel';
import { type Credential, revisionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';

/** The credential has changed since what was to be recorded was prepared. Nothing was recorded. */
export class PreparedOnOld extends Error {
  override readonly name = 'PreparedOnOld';
}

/** Throws unless the state under the append lock is the one that something was prepared on. */
export const mustStandOn = (prepared: Credential, held: Credential): void => {
  const isSame = prepared.status === 'registered' && held.status === 'registered' && revisionOf(prepared) === revisionOf(held);
  if (!isSame) throw new PreparedOnOld('the credential has changed meanwhile');
};

type Steps<Prepared> = {
  /** Looks, checks and seals; what it refuses is refused only on the newest state. */
  readonly prepare: (state: Credential) => Promise<Result<Prepared, Refusal>>;
  /** Records it, and throws `PreparedOnOld` where `on` is given and the credential isn't that any more. */
  readonly submit: (prepared: Prepared, on?: Credential) => Promise<Reply>;
};

/**
 * Prepares on what this replica remembers of a credential, which is mostly what it is, and has the log say so under its lock. Where it is not,
 * and before anything is refused, the credential is read, and all is done once more.
 */
export const preparedOn = async <Prepared>(
  { log }: Pick<VaultDeps, 'log'>,
  credentialId: string,
  { prepare, submit }: Steps<Prepared>,
): Promise<Reply> => {
  const stream = streamOf.credential(credentialId);
  const remembered = await log.recall(credentialFold, stream);
  const early = await prepare(remembered);
  if (early.ok) {
    try {
      return await submit(early.value, remembered);
    } catch (fault) {
      if (!(fault instanceof PreparedOnOld)) throw fault;
    }
  }
  const prepared = await prepare(await log.state(credentialFold, stream));
  return prepared.ok ? submit(prepared.value) : { refusal: prepared.refusal };
};
