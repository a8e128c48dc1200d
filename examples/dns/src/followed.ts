import { setTimeout as pause } from 'node:timers/promises';
import type { CredentialType } from '@keyturn/contracts';
import type { Derived, Fields, Keyturn, Recipe } from '@keyturn/sdk';
import type { Logger } from '@keyturn/telemetry';
import type { Resolve } from './resolve.ts';

/** Something built from a credential, which is built anew whenever that changes. */
export type Followed<T> = {
  /** Runs `work` with what is in use now; its version is not revoked before `work` has ended. */
  use<R>(work: (built: T) => Promise<R>): Promise<R>;
  /** The version in use; null: the value that Keyturn found in its environment. */
  version(): number | null;
};

type Waiting = { readonly signal: AbortSignal; readonly timeoutMs: number };

const following = <T>(derived: Derived<T>): Followed<T> => ({ use: (work) => derived.use(work), version: derived.version });

/** Follows a credential of the vault; waits for it until it is there. */
export const follow = async <T>(keyturn: Keyturn, address: string, recipe: Recipe<T>, waiting: Waiting): Promise<Followed<T>> =>
  following(await keyturn.derived(await keyturn.secret(address, waiting), recipe, waiting));

/** A credential that can't be had in this time isn't waited for: another one may be resolved by then. */
const FOLLOW_MS = 30_000;

export type ResolvedSettings<T> = {
  readonly keyturn: Keyturn;
  readonly resolve: Resolve;
  readonly service: string;
  readonly credentialType: CredentialType;
  readonly recipe: Recipe<T>;
  readonly everyMs: number;
  readonly waiting: Waiting;
  readonly log: Logger;
};

/** Nothing to work with yet: neither the vault nor its environment has such a credential. */
export class NoCredential extends Error {
  override readonly name = 'NoCredential';
}

/**
 * Follows whichever credential Keyturn resolves for the service. Before the vault has one, its environment's is used; from the moment on at
 * which it has, that one, without a restart.
 */
export const followResolved = async <T>(settings: ResolvedSettings<T>): Promise<Followed<T>> => {
  const { keyturn, resolve, service, credentialType, recipe, everyMs, waiting, log } = settings;
  const { signal } = waiting;
  let held: Followed<T> | null = null;

  /** True: it is the vault's, which says itself when it changes. */
  const look = async (): Promise<boolean> => {
    const found = await resolve(service, credentialType);
    if (found?.source === 'system') {
      held = await follow(keyturn, found.address, recipe, { ...waiting, timeoutMs: FOLLOW_MS });
      log.info('credential.followed', { service, address: found.address, version: held.version() });
      return true;
    }
    if (found && held === null) held = await bootstrapped(recipe, found.fields);
    return false;
  };

  const tryToLook = (): Promise<boolean> =>
    look().catch((error: unknown) => {
      log.warn('credential.unresolved', { service, error });
      return false;
    });
  const goOn = async (): Promise<void> => {
    let isFollowed = false;
    while (!isFollowed && !signal.aborted) {
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
      isFollowed = signal.aborted || (await tryToLook());
    }
  };
  if (!(await tryToLook())) void goOn();

  const current = (): Followed<T> => {
    if (held === null) throw new NoCredential(`neither the vault nor its environment has a ${credentialType} of ${service}`);
    return held;
  };
  return { use: async (work) => await current().use(work), version: () => held?.version() ?? null };
};

const bootstrapped = async <T>(recipe: Recipe<T>, fields: Fields): Promise<Followed<T>> => {
  const built = await recipe.build(fields);
  return { use: (work) => work(built), version: () => null };
};
