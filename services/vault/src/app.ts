import type { Reply } from '@keyturn/contracts';
import type { VaultQueryAnswer } from '@keyturn/contracts/queries';
import { handleCommand, type ArrivedCommand } from './commands/handle-command.ts';
import { guessLimit } from './commands/guess-limit.ts';
import { refusalRecorder } from './commands/refusal-recorder.ts';
import { openRefusalRecorder } from './commands/open-refusal-recorder.ts';
import type { VaultDeps } from './deps.ts';
import { handleQuery } from './queries/handle-query.ts';
import { recordingSafe, VersionUnreadable } from './secrets/recording-safe.ts';
import { givenLately } from './subscribers/given-lately.ts';
import { handleSubscriber } from './subscribers/handle-subscriber.ts';
import { keepLeases } from './subscribers/lease-endings.ts';

/** The vault, whatever carries its messages. Refusals are replies; faults are thrown. */
export type Vault = {
  command(arrived: ArrivedCommand): Promise<Reply>;
  query(name: string, payload: unknown): Promise<Reply>;
  subscriber(subject: string, payload: unknown, traceparent?: string): Promise<Reply>;
  /** Counts the silence of leases and ends the lost ones: to be called each `everyMs`, while beats can be heard. */
  keepLeases(everyMs: number): Promise<void>;
  /** Records refusals that came too often to be recorded one by one: of minutes that are over, or, at the end, all. */
  settleRefusals(which: 'over' | 'all'): Promise<void>;
};

const refuseUnreadable = (fault: unknown): Reply => {
  if (!(fault instanceof VersionUnreadable)) throw fault;
  return { refusal: { code: 'version-unreadable', version: fault.version } };
};

export const createVault = (given: VaultDeps & { readonly health: () => Promise<VaultQueryAnswer<'health.check'>> }): Vault => {
  const unreadable = openRefusalRecorder(given);
  const deps = { ...given, safe: recordingSafe(given.safe, unreadable.record) };
  const refusals = refusalRecorder(deps);
  const withGuards = { ...deps, recordRefusal: refusals.record, guesses: guessLimit(deps), given: givenLately() };
  return {
    command: (arrived) => handleCommand(withGuards, arrived).catch(refuseUnreadable),
    query: (name, payload) => handleQuery(deps, name, payload),
    subscriber: (subject, payload, traceparent) => handleSubscriber(withGuards, subject, payload, traceparent).catch(refuseUnreadable),
    keepLeases: (everyMs) => keepLeases(deps, everyMs),
    settleRefusals: async (which) => {
      await refusals.settle(which);
      await unreadable.settle(which);
    },
  };
};
