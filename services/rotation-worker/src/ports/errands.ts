import type { VaultCommandInput } from '@keyturn/contracts/commands';
import type { Errand } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts';
import type { Result } from '@keyturn/kernel';

export type ErrandVerdict = Omit<VaultCommandInput<'errand.record-tested'>, 'credentialId' | 'version'>;

/** What the vault asks of the worker outside rotations. An errand that is done, or no longer wanted, is simply not listed any more. */
export interface Errands {
  list(): Promise<readonly Errand[]>;
  recordTested(errand: Errand, verdict: ErrandVerdict): Promise<Result<void, Refusal>>;
  recordRevoked(errand: Errand): Promise<Result<void, Refusal>>;
}
