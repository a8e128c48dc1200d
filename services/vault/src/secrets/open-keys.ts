import type { KeyTable } from '../ports/key-table.ts';
import type { KeyWrapper } from '../ports/key-wrapper.ts';
import { loadIdentity, type VaultIdentity } from './vault-identity.ts';

type Deps = { readonly keys: KeyTable; readonly openWrapper: (options: { create: boolean }) => Promise<KeyWrapper> };

/**
 * Opens the keys at start, or stops it with one sentence: a KEK is created only for a vault that has none of its own yet, and every live
 * version must have its data key.
 */
export const openKeys = async ({ keys, openWrapper }: Deps): Promise<{ wrapper: KeyWrapper; identity: VaultIdentity }> => {
  const isFirstStart = (await keys.identity()) === null;
  const wrapper = await openWrapper({ create: isFirstStart });
  const identity = await loadIdentity({ keys, wrapper });
  const missing = await keys.missingDeks();
  if (missing.length > 0) {
    const named = missing.map(({ credentialId, version }) => `version ${version} of ${credentialId}`).join(', ');
    throw new Error(`the data keys of these versions are missing from table wrapped_deks, restore them first: ${named}`);
  }
  return { wrapper, identity };
};
