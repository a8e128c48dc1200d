import type { VaultClient } from '@keyturn/bus';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { ok } from '@keyturn/kernel';
import type { Errands } from '../../ports/errands.ts';
import { VaultAnswerMalformed } from './bus-vault.ts';

/** The vault's errands over NATS. `newId` names each report: one that comes twice finds its errand gone, and changes nothing. */
export const busErrands = ({ client, newId }: { readonly client: VaultClient; readonly newId: () => string }): Errands => {
  const report = async (name: 'errand.record-tested' | 'errand.record-revoked', data: object) => {
    const done = await client.command(name, data, { commandId: newId() });
    return done.ok ? ok(undefined) : done;
  };
  return {
    list: async () => {
      const answer = await client.query('errand.list-open', {});
      const parsed = answer.ok ? VAULT_QUERIES_TABLE['errand.list-open'].answer.safeParse(answer.value.value) : null;
      if (!parsed?.success) throw new VaultAnswerMalformed('the vault doesn’t say which errands are open');
      return parsed.data.items;
    },
    recordTested: ({ credentialId, version }, verdict) => report('errand.record-tested', { credentialId, version, ...verdict }),
    recordRevoked: ({ credentialId, version }) => report('errand.record-revoked', { credentialId, version }),
  };
};
