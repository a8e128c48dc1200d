import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import { writeAtomically } from '../write-atomically.ts';

/** What `keyturn login` leaves: tokens of one person for one gateway, and where new ones come from. */
export type SignIn = {
  readonly issuer: string;
  readonly clientId: string;
  readonly accessToken: Sensitive<string>;
  readonly refreshToken: Sensitive<string> | null;
  readonly expiresAt: string;
};

const secret = z.string().transform((text) => new Sensitive(text));
const Kept = z.record(
  z.string(),
  z.object({ issuer: z.string(), clientId: z.string(), accessToken: secret, refreshToken: secret.nullable(), expiresAt: z.iso.datetime() }),
);

const PRIVATE = 0o600;
const OPEN_TO_OTHERS = 0o077;

export type KeptSignIns = {
  of(gatewayUrl: string): Promise<SignIn | null>;
  /** Keeps it; null forgets it. */
  keep(gatewayUrl: string, signIn: SignIn | null): Promise<void>;
};

const isMissing = (fault: unknown): boolean => typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === 'ENOENT';

const load = async (path: string): Promise<Readonly<Record<string, SignIn>>> => {
  try {
    if (((await stat(path)).mode & OPEN_TO_OTHERS) !== 0) {
      throw new CliFailure('usage', `Others on this machine can read ${path}: sign out of everything, delete it, and sign in again.`);
    }
    return Kept.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if (isMissing(cause)) return {};
    if (cause instanceof CliFailure) throw cause;
    throw new CliFailure('usage', `The file of sign-ins ${path} can’t be read: delete it, and sign in again.`, { cause });
  }
};

/** Sign-ins by gateway, in one file that only its owner reads (mode 0600). */
export const keptSignIns = (path: string): KeptSignIns => ({
  of: async (gatewayUrl) => (await load(path))[gatewayUrl] ?? null,
  keep: async (gatewayUrl, signIn) => {
    const { [gatewayUrl]: _before, ...others } = await load(path);
    const all = signIn === null ? others : { ...others, [gatewayUrl]: signIn };
    const written = Object.entries(all).map(([url, { accessToken, refreshToken, ...rest }]) => [
      url,
      { ...rest, accessToken: accessToken.reveal(), refreshToken: refreshToken?.reveal() ?? null },
    ]);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeAtomically(path, `${JSON.stringify(Object.fromEntries(written), null, 2)}\n`, PRIVATE);
  },
});
