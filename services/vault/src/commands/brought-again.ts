import type { Sensitive } from '@keyturn/kernel';
import { comparable } from '../credential/brought-again.ts';
import type { RegisteredCredential } from '../credential/state.ts';
import type { Version } from '../credential/version.ts';
import type { VaultDeps } from '../deps.ts';
import { VersionUnreadable } from '../secrets/recording-safe.ts';
import { areEqual } from './equal-fields.ts';

type Fields = Readonly<Record<string, string>>;

/** What nobody can open can't be compared, which the log says by now: bringing a value doesn't wait for it. */
const isHeldAs = async (deps: VaultDeps, state: RegisteredCredential, version: Version, fields: Sensitive<Fields>): Promise<boolean> => {
  try {
    const held = await deps.safe.open(state, version);
    return areEqual(held.fields.reveal(), fields.reveal());
  } catch (fault) {
    if (fault instanceof VersionUnreadable) return false;
    throw fault;
  }
};

/**
 * The version whose secret somebody brings again, of the current one and those that somebody may be told to remove. Nothing of it leaves the
 * vault; the version that is staged with it, which names the other one, is the record.
 */
export const broughtAgain = async (
  deps: VaultDeps,
  state: RegisteredCredential,
  fields: Sensitive<Fields>,
): Promise<{ readonly sameAs?: number }> => {
  const versions = comparable(state);
  const held = await Promise.all(versions.map((version) => isHeldAs(deps, state, version, fields)));
  const same = versions.find((_, index) => held[index] === true);
  return same ? { sameAs: same.version } : {};
};
