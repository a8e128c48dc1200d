import { z } from 'zod';
import { type Caller, Identity } from './identity.ts';

const MINUTE = 60_000;
export const ABSOLUTE_LIMIT_MS = 8 * 60 * MINUTE;
export const IDLE_LIMIT_MS = 60 * MINUTE;
const REFRESH_AFTER_MS = MINUTE;

/** What the session cookie holds, sealed: claims, and what the gateway asks the provider with whether they still hold (ADR-0019). */
export const Session = z.object({
  identity: Identity,
  startedAt: z.int(),
  seenAt: z.int(),
  /** When the provider last stood by it. */
  confirmedAt: z.int().optional(),
  refreshToken: z.string().optional(),
});
export type Session = z.infer<typeof Session>;

export const sessionEnd = ({ startedAt, seenAt }: Session): number => Math.min(startedAt + ABSOLUTE_LIMIT_MS, seenAt + IDLE_LIMIT_MS);

export const isAlive = (session: Session, now: number): boolean => now < sessionEnd(session);

/** Renewing at every request would set a cookie on every answer; once a minute keeps the idle limit true enough. */
export const needsRefresh = (session: Session, now: number): boolean => now - session.seenAt >= REFRESH_AFTER_MS;

export const callerOfSession = (session: Session): Caller => ({
  ...session.identity,
  via: 'cookie',
  expiresAt: sessionEnd(session),
  session,
});
