import type { Query, QueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { ApiProblem } from './api-problem.ts';
import { isUnanswered } from './problem-message.ts';

const LOOK_MS = 3_000;
const PATIENCE_MS = 10_000;

const Readiness = z.object({ down: z.array(z.string()) });

/**
 * Who is missing, by the names that the gateway's `/readyz` has; null where not even the gateway answers, or something else than ours, and while
 * nobody looks at the page.
 */
export const whoIsDown = async (): Promise<readonly string[] | null> => {
  if (document.hidden) return null;
  const answer = await fetch('/readyz', { signal: AbortSignal.timeout(PATIENCE_MS) })
    .then((response) => response.json())
    .catch(() => null);
  return Readiness.safeParse(answer).data?.down ?? null;
};

/** Without whom hardly anything is answered. */
const NEEDED = /^(?:nats|vault)(?::|$)/u;
/** Who else is needed, by what was said when it was missing. Audit answers also when it has other troubles, which it then tells of. */
const ALSO_NEEDED: Readonly<Record<string, RegExp>> = {
  'audit-unavailable': /^audit(?:: database)?$/u,
  'identity-provider-unavailable': /^oidc(?::|$)/u,
};

const wouldAnswer = ({ state: { error } }: Query, down: readonly string[]): boolean => {
  const needed = error instanceof ApiProblem ? ALSO_NEEDED[error.problem.code] : undefined;
  return !down.some((name) => NEEDED.test(name) || needed?.test(name) === true);
};

const isOnShowUnanswered = (query: Query): boolean => query.isActive() && isUnanswered(query.state.error);

type Options = {
  readonly whoIsDown: () => Promise<readonly string[] | null>;
  readonly schedule: (run: () => void, ms: number) => void;
};

/**
 * Looks who answers again, and then reads all that is on show and was not answered for want of them. The queries themselves aren't asked
 * meanwhile: one that is on its way has no error, so the page would say in turn that nobody answers and that it is reading.
 */
export const askAgain = (client: QueryClient, { whoIsDown, schedule }: Options): (() => void) => {
  let isLooking = false;
  const lookSoon = (): void => schedule(() => void look(), LOOK_MS);
  const look = async (): Promise<void> => {
    const down = await whoIsDown();
    const waiting = client.getQueryCache().findAll({ predicate: isOnShowUnanswered });
    const answered = down === null ? [] : waiting.filter((query) => wouldAnswer(query, down));
    isLooking = answered.length < waiting.length;
    if (isLooking) lookSoon();
    await client.refetchQueries({ type: 'active', predicate: (query) => answered.includes(query) });
  };
  return () => {
    if (isLooking) return;
    isLooking = true;
    lookSoon();
  };
};
