import type { KeysThere } from '../ports/keys-there.ts';
import type { KeyWrapper } from '../ports/key-wrapper.ts';

type Deps = KeysThere & { readonly openWrapper: (options: { create: boolean }) => Promise<KeyWrapper> };

/** Whatever hangs on a KEK must be openable, or nothing is begun. */
const refuseMissingKeks = (needed: readonly string[], wrapper: KeyWrapper): void => {
  const missing = needed.filter((kekId) => !wrapper.held().includes(kekId));
  if (missing.length === 0) return;
  const held = wrapper.held().join(', ');
  throw new Error(`this is the wrong KEK: keys in the database hang on ${missing.join(', ')}, and this vault holds only ${held}`);
};

const refuseMissingDeks = async (keys: KeysThere['keys']): Promise<void> => {
  const missing = await keys.missingDeks();
  if (missing.length === 0) return;
  const named = missing.map(({ credentialId, version }) => `version ${version} of ${credentialId}`).join(', ');
  throw new Error(`the data keys of these versions are missing from table wrapped_deks, restore them first: ${named}`);
};

/**
 * The stored identity, the active KEK, and those on which something hangs; throws where keys are there without the vault's identity. Keys are
 * looked for first: another replica that starts for the first time meanwhile writes the identity before all else.
 */
export const keysThere = async ({ keys, keks }: KeysThere) => {
  const uses = await keks.uses();
  const active = await keks.active();
  const stored = await keys.identity();
  if (!stored && uses.length > 0) throw new Error('table vault_identity is empty, and other keys are there: restore it first');
  const needed = [...uses.map(({ kekId }) => kekId), ...(active === null ? [] : [active]), ...(stored === null ? [] : [stored.kekId])];
  return { stored, active, needed: [...new Set(needed)] };
};

/**
 * Opens the KEKs, and makes one where `create` says so and nothing is there yet: every one on which something hangs must be held, and every
 * live version must have its data key.
 */
export const openFitting = async (
  { keys, openWrapper }: Deps,
  { needed }: { readonly needed: readonly string[] },
  { create }: { readonly create: boolean },
): Promise<KeyWrapper> => {
  const wrapper = await openWrapper({ create: create && needed.length === 0 });
  refuseMissingKeks(needed, wrapper);
  await refuseMissingDeks(keys);
  return wrapper;
};

/** Throws one sentence where a start with these KEKs would be refused; makes none. A vault that has nothing yet is never refused. */
export const refuseUnfitKeys = async (deps: Deps): Promise<void> => {
  const there = await keysThere(deps);
  if (there.stored !== null || there.needed.length > 0) await openFitting(deps, there, { create: false });
};
