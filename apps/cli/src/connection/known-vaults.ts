import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import { writeAtomically } from '../write-atomically.ts';

const KnownVaults = z.record(z.string(), z.object({ identity: z.string(), since: z.string() }));
type KnownVaults = z.infer<typeof KnownVaults>;

export type Pins = {
  /** The identity that is trusted for this gateway: given, or kept from the first use. Null: it was never used. */
  identityOf(gatewayUrl: string): Promise<string | null>;
  /** Keeps the identity of the first use. */
  trust(gatewayUrl: string, identity: string): Promise<void>;
};

type Deps = { readonly path: string; readonly given?: string | undefined; readonly now: () => Date };

const isMissing = (fault: unknown): boolean => typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === 'ENOENT';

const load = async (path: string): Promise<KnownVaults> => {
  try {
    return KnownVaults.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if (isMissing(cause)) return {};
    throw new CliFailure('usage', `The file of known vaults ${path} can’t be read; mend it, or name another with KEYTURN_KNOWN_VAULTS.`, {
      cause,
    });
  }
};

/** Which vault is whose: trust on first use, kept in a file of mode 0600, or an identity that the caller gives and that is kept nowhere. */
export const knownVaults = ({ path, given, now }: Deps): Pins => ({
  identityOf: async (gatewayUrl) => given ?? (await load(path))[gatewayUrl]?.identity ?? null,
  trust: async (gatewayUrl, identity) => {
    if (given !== undefined) return;
    const known = { ...(await load(path)), [gatewayUrl]: { identity, since: now().toISOString() } };
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeAtomically(path, `${JSON.stringify(known, null, 2)}\n`, 0o600);
  },
});
