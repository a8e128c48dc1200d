import type { Actor, Refusal } from '@keyturn/contracts';

/** How long ago a person may have signed in for what nobody is to do by a browser that somebody left open. */
export const RECENT_LOGIN_MS = 15 * 60_000;

/** A program can't sign in anew: its token's short life is its limit. */
export const signedInRecently = ({ kind, authenticatedAt }: Actor, now: string): boolean =>
  kind === 'program' || (authenticatedAt !== undefined && Date.parse(now) - Date.parse(authenticatedAt) <= RECENT_LOGIN_MS);

/** Why this actor is to sign in again first, or null. */
export const refuseOldLogin = (actor: Actor, now: string): Refusal | null =>
  signedInRecently(actor, now) ? null : { code: 'recent-login-required', withinSeconds: RECENT_LOGIN_MS / 1000 };
