import type { VaultQueryAnswer } from '@keyturn/contracts/queries';

type Deps = { readonly head: () => Promise<{ readonly position: number; readonly hash?: string }>; readonly isConnected: () => boolean };

/** What of the vault's own surroundings is down, by name. */
export const healthOf =
  ({ head, isConnected }: Deps) =>
  async (): Promise<VaultQueryAnswer<'health.check'>> => {
    const last = await head().catch(() => null);
    const down = [...(last === null ? ['postgres'] : []), ...(isConnected() ? [] : ['nats'])];
    return { ok: down.length === 0, down, ...(last ?? { position: 0 }) };
  };
