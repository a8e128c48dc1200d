import { unknownIfAway } from '../faults.ts';
import type { VaultClient } from './vault.ts';

/**
 * The vault for one request of several steps: once one of them was done, no answer to another doesn't mean that nothing was, and is a
 * thrown `OutcomeUnknown`.
 */
export const inSteps = (vault: VaultClient): VaultClient => {
  let isBegun = false;
  const rethrow = (fault: unknown): never => {
    if (isBegun) unknownIfAway(fault);
    throw fault;
  };
  const step = async <Answer extends { readonly ok: boolean }>(asked: Promise<Answer>): Promise<Answer> => {
    const answer = await asked.catch(rethrow);
    isBegun ||= answer.ok;
    return answer;
  };
  return {
    command: (name, command) => step(vault.command(name, command)),
    reveal: (command) => step(vault.reveal(command)),
    resolve: (name, command) => step(vault.resolve(name, command)),
    query: (name, query) => vault.query(name, query).catch(rethrow),
  };
};
