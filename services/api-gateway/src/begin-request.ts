import type { Actor } from '@keyturn/contracts';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, type Result } from '@keyturn/kernel';
import type { VaultClient } from './clients/vault.ts';
import { stepIdOf } from './command-id.ts';
import type { Asked } from './endpoint.ts';

type Asking = Pick<Asked, 'commandId' | 'idempotencyKey' | 'requestId'> & { readonly actor: Actor };

/** What a request is to do: what its steps are made of, without the secret, of which its own step says whether it is another. */
type Wish = { readonly operation: string; readonly wish: Readonly<Record<string, unknown>> };

/**
 * Binds a request's key to what is wished under it, before the first of several steps: another wish under the same key is refused as
 * `command-reused`, and nothing of it is done. Without a key nobody repeats it.
 */
export const beginRequest = (
  vault: VaultClient,
  { actor, commandId, idempotencyKey, requestId: correlationId }: Asking,
  { operation, wish }: Wish,
): Promise<Result<unknown, Refusal>> | Result<null, Refusal> => {
  if (idempotencyKey === undefined) return ok(null);
  return vault.command('request.begin', { commandId: stepIdOf(commandId, 'request'), actor, correlationId, data: { operation, wish } });
};
