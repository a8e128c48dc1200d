import type { Clock, Sensitive } from '@keyturn/kernel';
import { CliFailure } from '../cli-failure.ts';
import { refreshed } from './device-sign-in.ts';
import type { KeptSignIns } from './kept-sign-ins.ts';

/** A command may take a while after it began. */
const SPARE_MS = 60_000;

/** The access token that `keyturn login` left for this gateway, a new one where it ends soon; null where nobody signed in. */
export const tokenOfSignIn = async (kept: KeptSignIns, gatewayUrl: string, clock: Clock): Promise<Sensitive<string> | null> => {
  const signIn = await kept.of(gatewayUrl);
  if (signIn === null) return null;
  if (Date.parse(signIn.expiresAt) - clock.now().getTime() > SPARE_MS) return signIn.accessToken;
  const next = await refreshed(signIn, clock);
  await kept.keep(gatewayUrl, next);
  if (next === null) throw new CliFailure('denied', 'The sign-in has ended: keyturn login.');
  return next.accessToken;
};
