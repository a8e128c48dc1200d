import type { Query, QueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { isUnanswered } from './problem-message.ts';

const LOOK_MS = 3_000;

const Readiness = z.object({ down: z.array(z.string()) });

/** Without whom hardly anything is answered. What only another one would answer may keep its error. */
const NEEDED = /^(?:nats|vault)(?::|$)/u;

/** Whether the gateway is there, and the vault behind it. */
const isReady = async (answer: Response): Promise<boolean> => {
  if (answer.ok) return true;
  const said = Readiness.safeParse(await answer.json());
  return said.success && !said.data.down.some((name) => NEEDED.test(name));
};

/** Where nobody answers, or something else than our gateway, nobody is there. */
export const isThere = (): Promise<boolean> =>
  fetch('/readyz')
    .then(isReady)
    .catch(() => false);

const wasUnanswered = ({ state: { error } }: Query): boolean => error !== null && isUnanswered(error);

type Options = {
  readonly isThere: () => Promise<boolean>;
  readonly schedule: (run: () => void, ms: number) => void;
};

/**
 * Looks whether somebody answers again, and then reads all that is on show and was not answered. The queries themselves aren't asked
 * meanwhile: one that is on its way has no error, so the page would say in turn that nobody answers and that it is reading.
 */
export const askAgain = (client: QueryClient, { isThere, schedule }: Options): (() => void) => {
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (!(await isThere())) return schedule(() => void look(), LOOK_MS);
    isLooking = false;
    await client.refetchQueries({ type: 'active', predicate: wasUnanswered });
  };
  return () => {
    if (isLooking) return;
    isLooking = true;
    schedule(() => void look(), LOOK_MS);
  };
};
