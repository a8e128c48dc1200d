import type { Refusal } from '@keyturn/contracts/refusals';
import { type Result, ok } from '@keyturn/kernel';
import type { AuditClient } from '../clients/audit.ts';
import type { VaultClient } from '../clients/vault.ts';

export type Call = { readonly name: string; readonly message: unknown };
type Reply = Result<unknown, Refusal> | Error;

/** A vault in memory that answers by name with what the test says, and remembers what it was asked. */
export const memoryVault = (replies: Readonly<Record<string, Reply>> = {}): VaultClient & { readonly calls: Call[] } => {
  const calls: Call[] = [];
  const answer = async (name: string, message: unknown): Promise<never> => {
    calls.push({ name, message });
    const reply = replies[name] ?? ok({});
    if (reply instanceof Error) throw reply;
    return reply as never;
  };
  return { calls, command: answer, query: answer };
};

export const memoryAudit = (replies: Readonly<Record<string, Reply>> = {}): AuditClient & { readonly calls: Call[] } => {
  const vault = memoryVault(replies);
  return { calls: vault.calls, query: (name, message) => vault.query(name as never, message as never) as Promise<never> };
};
