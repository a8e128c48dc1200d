import { CannotStart } from '../cannot-start.ts';
import type { SupervisedProcess } from '../process/supervised-process.ts';
import { waitUntil } from '../process/wait-until.ts';

export type OfferedServer = {
  readonly name: string;
  /** The variable that offers it. */
  readonly variable: string;
  /** Throws, or answers false, while it can't be used. */
  readonly isReady: () => Promise<boolean>;
  readonly timeoutMs?: number;
};

/** A server that somebody else runs, once it answers: stopping it leaves it alone, and it can't be killed or started from here. */
export const offeredServer = async ({ name, variable, isReady, timeoutMs = 20_000 }: OfferedServer): Promise<SupervisedProcess> => {
  if (!(await waitUntil(isReady, { timeoutMs })))
    throw new CannotStart(`${variable} names a ${name} that does not answer, or not as it has to.`);
  const notOurs = (): Promise<never> =>
    Promise.reject(new CannotStart(`${name} is offered by ${variable}: it is not ours to kill or to start.`));
  return { name, logFile: '', pid: () => undefined, stop: () => Promise.resolve(), kill: notOurs, restart: notOurs };
};
