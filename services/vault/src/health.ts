import type { VaultQueryAnswer } from '@keyturn/contracts/queries';

type Deps = { readonly head: () => Promise<number>; readonly isConnected: () => boolean };

/** What of the vault's own surroundings is down, by name. */
export const healthOf =
  ({ head, isConnected }: Deps) =>
  async (): Promise<VaultQueryAnswer<'health.check'>> => {
    const position = await head().catch(() => null);
    const down = [...(position === null ? ['postgres'] : []), ...(isConnected() ? [] : ['nats'])];
    return { ok: down.length === 0, down, position: position ?? 0 };
  };
