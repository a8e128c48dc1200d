import type { SealingKeys } from '@keyturn/contracts';
import type { Clock, Sensitive } from '@keyturn/kernel';
import { generateSealingKey, signSealingKey } from '@keyturn/sealing';
import type { KeyTable, StoredSealingKey } from '../ports/key-table.ts';
import type { KeyWrapper } from '../ports/key-wrapper.ts';
import type { VaultIdentity } from './vault-identity.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type SealingKeyRing = {
  /** The published keys, signed; makes tomorrow's an hour before today's ends. */
  published(): Promise<SealingKeys>;
  /** The private half, or null where the key is unknown, or ended more than an hour ago. */
  open(keyId: string): Promise<Sensitive<Uint8Array> | null>;
};

type Deps = { readonly keys: KeyTable; readonly wrapper: KeyWrapper; readonly identity: VaultIdentity; readonly clock: Clock };

const contextOf = (keyId: string) => ({ purpose: 'sealing key', keyId });

/** The keys to which secrets for the vault are sealed (design §4): shared by all replicas, rotated daily, the old one good for an hour more. */
export const sealingKeyRing = ({ keys, wrapper, identity, clock }: Deps): SealingKeyRing => {
  const opened = new Map<string, Sensitive<Uint8Array>>();
  let known: readonly StoredSealingKey[] = [];

  const endsAfter = (ms: number) => (key: StoredSealingKey) => Date.parse(key.notAfter) - clock.now().getTime() > ms;
  const reload = async () => (known = await keys.sealingKeys());

  const make = async () => {
    const made = generateSealingKey();
    const wrapped = await wrapper.wrap(made.privateKey, contextOf(made.id));
    const notAfter = new Date(clock.now().getTime() + DAY).toISOString();
    await keys.storeSealingKey({ id: made.id, publicKey: made.publicKey, notAfter, ...wrapped });
    return reload();
  };

  return {
    published: async () => {
      if (!known.some(endsAfter(HOUR)) && !(await reload()).some(endsAfter(HOUR))) await make();
      const alive = known
        .filter(endsAfter(0))
        .map(({ id, publicKey, notAfter }) => signSealingKey(identity.pair, { id, publicKey, notAfter }));
      return { identityPublicKey: identity.pair.publicKey, keys: alive };
    },
    open: async (keyId) => {
      const byId = (key: StoredSealingKey) => key.id === keyId;
      const stored = known.find(byId) ?? (await reload()).find(byId);
      if (!stored || !endsAfter(-HOUR)(stored)) return null;
      const held = opened.get(keyId) ?? (await wrapper.unwrap(stored, contextOf(keyId)));
      opened.set(keyId, held);
      return held;
    },
  };
};
