import type { SealingKeys } from '@keyturn/contracts';
import type { Clock } from '@keyturn/kernel';
import { createLink, newestSealingKey, verifySealingKeys, type Link } from '@keyturn/sealing';
import { ServiceUnavailable } from './faults.ts';

export type LinkKeeperDeps = {
  readonly clock: Clock;
  /** Asks the vault for its sealing keys; called whenever a link is made. */
  readonly sealingKeys: () => Promise<SealingKeys>;
  /** The vault's identity, base64url, where the channel alone isn't trusted (CLI, SDK). */
  readonly pinnedIdentity?: string;
};

/** A link in use. `confirmed` once an answer came over it: from then on its encapsulation stays at home. */
export type KeptLink = { readonly link: Link; readonly renewAt: number; confirmed: boolean };

/** A link this close to its sealing key's end is replaced. */
const RENEW_BEFORE_MS = 10 * 60_000;
/** But not more often than this, even if the vault has nothing newer. */
const KEEP_AT_LEAST_MS = 30_000;

/** Keeps one link: made when first needed, once for all who ask meanwhile, and again before its sealing key ends or when it failed. */
export const linkKeeper = ({ clock, sealingKeys, pinnedIdentity }: LinkKeeperDeps) => {
  let kept: Promise<KeptLink> | null = null;

  const make = async (): Promise<KeptLink> => {
    const key = newestSealingKey(await verifySealingKeys(await sealingKeys(), pinnedIdentity), clock);
    if (!key) throw new ServiceUnavailable('the vault shows no sealing key that is still valid');
    const link = await createLink(key);
    const renewAt = Math.max(link.notAfter.getTime() - RENEW_BEFORE_MS, clock.now().getTime() + KEEP_AT_LEAST_MS);
    return { link, renewAt, confirmed: false };
  };
  const renew = (): Promise<KeptLink> => {
    const making = make();
    kept = making;
    making.catch(() => {
      if (kept === making) kept = null;
    });
    return making;
  };

  return {
    /** The link to use now; never `failed`, which the vault can't adopt. */
    current: async (failed?: KeptLink): Promise<KeptLink> => {
      const asked = kept;
      const present = await asked;
      if (present && present !== failed && clock.now().getTime() < present.renewAt) return present;
      // nothing is awaited from here on: of all who find the same link too old, the first makes the next one
      return kept === asked || kept === null ? renew() : kept;
    },
  };
};
