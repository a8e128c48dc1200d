import type { Reply } from '@keyturn/contracts';
import type { VaultQueryAnswer } from '@keyturn/contracts/queries';
import { handleCommand, type ArrivedCommand } from './commands/handle-command.ts';
import { guessLimit } from './commands/guess-limit.ts';
import { refusalRecorder } from './commands/refusal-recorder.ts';
import type { VaultDeps } from './deps.ts';
import { handleQuery } from './queries/handle-query.ts';
import { handleSubscriber } from './subscribers/handle-subscriber.ts';
import { keepLeases } from './subscribers/lease-endings.ts';

/** The vault, whatever carries its messages. Refusals are replies; faults are thrown. */
export type Vault = {
  command(arrived: ArrivedCommand): Promise<Reply>;
  query(name: string, payload: unknown): Promise<Reply>;
  subscriber(subject: string, payload: unknown, traceparent?: string): Promise<Reply>;
  /** Counts the silence of leases and ends the lost ones: to be called each `everyMs`, while beats can be heard. */
  keepLeases(everyMs: number): Promise<void>;
};

export const createVault = (deps: VaultDeps & { readonly health: () => Promise<VaultQueryAnswer<'health.check'>> }): Vault => {
  const recordRefusal = refusalRecorder(deps);
  const withGuards = { ...deps, recordRefusal, guesses: guessLimit(deps) };
  return {
    command: (arrived) => handleCommand(withGuards, arrived),
    query: (name, payload) => handleQuery(deps, name, payload),
    subscriber: (subject, payload, traceparent) => handleSubscriber(withGuards, subject, payload, traceparent),
    keepLeases: (everyMs) => keepLeases(deps, everyMs),
  };
};
