import type { Refusal } from '@keyturn/contracts';
import { Revealed } from '@keyturn/contracts/commands';
import { NextStep, VAULT_QUERIES_TABLE, type VaultQueryName } from '@keyturn/contracts/queries';
import type { VaultClient } from '@keyturn/bus';
import { ok, Sensitive, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { Vault } from '../../ports/vault.ts';

const RevealedSecret = z.object({ fields: z.record(z.string(), z.string()) });

/** The vault didn't keep to its contract: a bug, or another version of it. Says no content. */
export class VaultAnswerMalformed extends Error {
  override readonly name = 'VaultAnswerMalformed';
}

const parse = <T>(schema: z.ZodType<T>, value: unknown, of: string): T => {
  const parsed = schema.safeParse(value);
  // No cause: what zod says of a secret part could repeat it.
  if (!parsed.success) throw new VaultAnswerMalformed(`the vault's answer to ${of} isn't what the contract says`);
  return parsed.data;
};

const opened = (answer: { readonly value: unknown; readonly secret?: Sensitive<unknown> }) => {
  const { credentialId, version, publicFields } = parse(Revealed, answer.value, 'epoch.reveal');
  const { fields } = parse(RevealedSecret, answer.secret?.reveal(), 'epoch.reveal');
  return { credentialId, version, fields: new Sensitive({ ...publicFields, ...fields }) };
};

/** The vault over NATS, secrets sealed both ways. `newId` names each reveal: none is ever answered from an earlier one. */
export const busVault = ({ client, newId }: { readonly client: VaultClient; readonly newId: () => string }): Vault => {
  const ask = async <T>(name: VaultQueryName, data: unknown, schema: z.ZodType<T>): Promise<Result<T, Refusal>> => {
    const answer = await client.query(name, data);
    return answer.ok ? ok(parse(schema, answer.value.value, name)) : answer;
  };
  const list = async <T>(name: VaultQueryName, schema: z.ZodType<{ items: readonly T[] }>): Promise<readonly T[]> => {
    const answer = await ask(name, {}, schema);
    if (!answer.ok) throw new VaultAnswerMalformed(`the vault refuses ${name}: ${answer.refusal.code}`);
    return answer.value.items;
  };
  return {
    nextStep: (epoch) => ask('epoch.next-step', epoch, NextStep),
    report: async (name, data, options) => {
      const { commandId, secret } = options;
      const done = await client.command(name, data, {
        commandId,
        ...(secret && { secret: new Sensitive({ fields: secret.reveal() }) }),
      });
      return done.ok ? ok(undefined) : done;
    },
    reveal: async (what) => {
      const answer = await client.command('epoch.reveal', what, { commandId: newId(), wantsSecret: true });
      return answer.ok ? ok(opened(answer.value)) : answer;
    },
    listOpenEpochs: () => list('epoch.list-open', VAULT_QUERIES_TABLE['epoch.list-open'].answer),
    listUnsettled: () => list('ledger.list-unsettled', VAULT_QUERIES_TABLE['ledger.list-unsettled'].answer),
  };
};
