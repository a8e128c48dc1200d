import type { SealingKeys } from '@keyturn/contracts';
import type { Clock, Sensitive } from '@keyturn/kernel';
import { generateSealingKey, signSealingKey } from '@keyturn/sealing';
import type { KeyTable, StoredSealingKey } from '../ports/key-table.ts';
import { KekNotActive } from '../ports/kek-not-active.ts';
import type { KekKeeper } from './kek-keeper.ts';
import { sealingKeyContext } from '../ports/own-key-contexts.ts';
import type { VaultIdentity } from './vault-identity.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type SealingKeyRing = {
  /** The published keys, signed; makes tomorrow's an hour before today's ends, and deletes those that ended more than an hour ago. */
  published(): Promise<SealingKeys>;
  /** The private half, or null where the key is unknown, or ended more than an hour ago. */
  open(keyId: string): Promise<Sensitive<Uint8Array> | null>;
};

type Deps = {
  readonly keys: Pick<KeyTable, 'sealingKeys' | 'storeSealingKey' | 'deleteSealingKeys'>;
  readonly wrapper: Pick<KekKeeper, 'wrap' | 'unwrap' | 'refresh'>;
  readonly identity: VaultIdentity;
  readonly clock: Clock;
};

/** The keys to which secrets for the vault are sealed (design §4): shared by all replicas, rotated daily, the old one good for an hour more. */
export const sealingKeyRing = ({ keys, wrapper, identity, clock }: Deps): SealingKeyRing => {
  const opened = new Map<string, Sensitive<Uint8Array>>();
  let known: readonly StoredSealingKey[] = [];

  const endsAfter = (ms: number) => (key: StoredSealingKey) => Date.parse(key.notAfter) - clock.now().getTime() > ms;
  const reload = async () => (known = await keys.sealingKeys());

  const make = async () => {
    const made = generateSealingKey();
    const notAfter = new Date(clock.now().getTime() + DAY).toISOString();
    const store = async (): Promise<void> => {
      const wrapped = await wrapper.wrap(made.privateKey, sealingKeyContext(made.id));
      return keys.storeSealingKey({ id: made.id, publicKey: made.publicKey, notAfter, ...wrapped });
    };
    await store().catch(async (fault: unknown) => {
      if (!(fault instanceof KekNotActive)) throw fault;
      await wrapper.refresh();
      await store();
    });
    return reload();
  };

  /** A private half that nobody may open anything with is nobody's any more. */
  const forgetEnded = async (): Promise<void> => {
    const ended = known.filter((key) => !endsAfter(-HOUR)(key));
    if (ended.length === 0) return;
    for (const { id } of ended) {
      opened.get(id)?.reveal().fill(0);
      opened.delete(id);
    }
    await keys.deleteSealingKeys(ended.map(({ id }) => id));
    await reload();
  };

  return {
    published: async () => {
      if (!known.some(endsAfter(HOUR)) && !(await reload()).some(endsAfter(HOUR))) await make();
      await forgetEnded();
      const alive = known
        .filter(endsAfter(0))
        .map(({ id, publicKey, notAfter }) => signSealingKey(identity.pair, { id, publicKey, notAfter }));
      return { identityPublicKey: identity.pair.publicKey, keys: alive };
    },
    open: async (keyId) => {
      const byId = (key: StoredSealingKey) => key.id === keyId;
      const held = opened.get(keyId);
      // One that was not opened yet may have been re-wrapped since it was read.
      const stored = (held && known.find(byId)) ?? (await reload()).find(byId);
      if (!stored || !endsAfter(-HOUR)(stored)) return null;
      const privateKey = held ?? (await wrapper.unwrap(stored, sealingKeyContext(keyId)));
      opened.set(keyId, privateKey);
      return privateKey;
    },
  };
};
