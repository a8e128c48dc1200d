import type { Address } from '@keyturn/contracts';

/** A secret could not be had, or could not be made to work, before the caller's patience ended. Holds nothing secret. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';

  constructor(address: Address, trouble: string | null, cause: unknown) {
    super(`the secret ${address} is not available: ${trouble ?? 'the vault has not answered yet'}`, { cause });
  }
}

/** Settles like `work`, or throws what `fail` makes as soon as the signal aborts. */
export const untilAborted = async <T>(work: Promise<T>, signal: AbortSignal, fail: () => Error): Promise<T> => {
  if (signal.aborted) throw fail();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(fail());
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
