import type { Bus } from '@keyturn/bus';
import { querySubject, type Actor } from '@keyturn/contracts';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { GENESIS } from '../../ports/entry-store.ts';
import type { VaultHead } from '../../ports/vault-head.ts';

const AUDIT: Actor = { kind: 'service', id: 'audit' };
const TIMEOUT_MS = 2_000;

/** Asks for the vault's health, which tells its head; audit may ask it nothing else. */
export const natsVaultHead = ({ bus }: { readonly bus: Pick<Bus, 'request'> }): VaultHead => ({
  read: async () => {
    const subject = querySubject('vault', 'health.check');
    const reply = await bus.request(subject, { actor: AUDIT, data: {} }, { timeoutMs: TIMEOUT_MS }).catch(() => null);
    if (reply === null || 'refusal' in reply) return null;
    const health = VAULT_QUERIES_TABLE['health.check'].answer.parse(reply.ok);
    if (!health.ok) return null; // its position is 0 then, for it could not look
    if (health.position === 0) return GENESIS;
    return health.hash === undefined ? null : { position: health.position, hash: health.hash };
  },
});
