import type { Bus } from '@keyturn/bus';
import { querySubject } from '@keyturn/contracts';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import type { VaultLog } from '../../ports/vault-log.ts';
import { askVault } from './ask-vault.ts';

/** Reads the vault's table of events by the query that only audit may ask. */
export const natsVaultLog = ({ bus }: { readonly bus: Pick<Bus, 'request'> }): VaultLog => ({
  page: async (after, limit) => {
    const answer = await askVault(bus, querySubject('vault', 'log.read'), { after, limit });
    return answer === null ? null : VAULT_QUERIES_TABLE['log.read'].answer.parse(answer).items;
  },
});
