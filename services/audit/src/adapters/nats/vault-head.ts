import type { Bus } from '@keyturn/bus';
import { querySubject } from '@keyturn/contracts';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { GENESIS } from '../../ports/entry-store.ts';
import type { VaultHead } from '../../ports/vault-head.ts';
import { askVault } from './ask-vault.ts';

/** Asks for the vault's health, which tells its head. */
export const natsVaultHead = ({ bus }: { readonly bus: Pick<Bus, 'request'> }): VaultHead => ({
  read: async () => {
    const answer = await askVault(bus, querySubject('vault', 'health.check'), {});
    if (answer === null) return null;
    const health = VAULT_QUERIES_TABLE['health.check'].answer.parse(answer);
    if (!health.ok) return null; // its position is 0 then, for it could not look
    if (health.position === 0) return GENESIS;
    return health.hash === undefined ? null : { position: health.position, hash: health.hash };
  },
});
