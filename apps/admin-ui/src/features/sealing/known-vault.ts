import { z } from 'zod';

/** A public key, so nothing secret: it stands in the browser's storage. */
const PLACE = 'keyturn-vault-identity';
const KnownVault = z.object({ identity: z.string(), since: z.string() });
export type KnownVault = z.infer<typeof KnownVault>;

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** The vault's identity that this browser trusts: that of the first use, until a person says otherwise. */
export const knownVault = (store: Store, now: () => number) => ({
  read: (): KnownVault | null => {
    try {
      return KnownVault.safeParse(JSON.parse(store.getItem(PLACE) ?? 'null')).data ?? null;
    } catch {
      return null; // storage that is forbidden or spoilt knows nobody
    }
  },
  /** Answers whether it could be kept. */
  trust: (identity: string): boolean => {
    try {
      store.setItem(PLACE, JSON.stringify({ identity, since: new Date(now()).toISOString() } satisfies KnownVault));
      return true;
    } catch {
      return false;
    }
  },
});
export type VaultMemory = ReturnType<typeof knownVault>;
