import type { VaultClient } from '@keyturn/bus';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import type { Turns } from '@keyturn/providers/http';
import type { z } from 'zod';
import { VaultAnswerMalformed } from './bus-vault.ts';

/** The vault gives the turns, so that all workers together keep within a provider's rate (ADR-0038). Without the vault nobody calls anybody. */
export const busTurns = (client: Pick<VaultClient, 'query'>): Turns => {
  const ask = async <T>(name: 'turn.take' | 'turn.hold', data: unknown, answers: z.ZodType<T>): Promise<T> => {
    const answer = await client.query(name, data);
    const parsed = answer.ok ? answers.safeParse(answer.value.value) : null;
    if (!parsed?.success) throw new VaultAnswerMalformed(`the vault doesn’t answer ${name}`);
    return parsed.data;
  };
  return {
    take: (wish) => ask('turn.take', wish, VAULT_QUERIES_TABLE['turn.take'].answer),
    hold: async (key, forMs, aheadMs) => {
      await ask('turn.hold', { key, forMs, aheadMs }, VAULT_QUERIES_TABLE['turn.hold'].answer);
    },
  };
};
