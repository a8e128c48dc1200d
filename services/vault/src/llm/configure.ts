import { LLM_PROVIDERS } from '@keyturn/contracts';
import type { LlmConfig, VaultCommandData } from '@keyturn/contracts/commands';
import type { Refusal } from '@keyturn/contracts/refusals';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, llmFold, streamOf } from '../folds.ts';
import { modelFor, type Place, searchOrder } from './search-order.ts';
import { usableKeyOf, type UsableKey } from './usable-key.ts';

type Wanted = Pick<VaultCommandData<'llm.resolve'>, 'provider' | 'model'>;
type Found = UsableKey & { readonly isOwn: boolean };

/** The first key that can be used at a place. */
const keyAt = async (deps: VaultDeps, scope: string | null, { provider, whose }: Place): Promise<Found | null> => {
  const candidates = await deps.table.candidates({ userScope: scope, service: provider, credentialType: 'user_api_key' });
  const now = deps.clock.now().toISOString();
  for (const { credentialId, source } of candidates) {
    if (whose === 'own' && source !== 'user') continue;
    const usable = usableKeyOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)), provider, now);
    if (usable) return { ...usable, isOwn: source === 'user' };
  }
  return null;
};

const NOTHING = 'Neither you nor the system has chosen a provider of which there is a key that can be used.';
const noneOf = ({ provider }: Wanted): Refusal => ({
  code: 'llm-unconfigured',
  sentence: provider === undefined ? NOTHING : `There is no key of ${LLM_PROVIDERS[provider].name} that you can use.`,
});

const configOf = (
  { provider, chosenBy }: Place,
  { credential: { credentialId, address }, version, baseUrl, isOwn }: Found,
  model: string | null,
): LlmConfig => {
  const { format, supportsStreaming } = LLM_PROVIDERS[provider];
  const credential = { credentialId, address, masked: version.masks['apiKey'] ?? null };
  return { provider, chosenBy, baseUrl, model, format, supportsStreaming, isOwn, credential };
};

/** What is to be used, and the version of the credential that it was made of. */
export type Configured = { readonly config: LlmConfig; readonly version: number };

/**
 * What is to be used in a scope: provider and key by the first place where there is a usable one, the model by what was chosen for that
 * provider. In the system's scope nobody's own keys and preferences count. Nothing is recorded, and nothing secret is in it.
 */
export const configureLlm = async (deps: VaultDeps, scope: string, wanted: Wanted): Promise<Result<Configured, Refusal>> => {
  const own = scope === SYSTEM_SCOPE ? null : scope;
  const [preference, defaults] = await Promise.all([
    own === null ? null : deps.log.state(llmFold, streamOf.llm(own)),
    deps.log.state(llmFold, streamOf.llm(SYSTEM_SCOPE)),
  ]);
  for (const place of searchOrder({ asked: wanted.provider, preference, defaults })) {
    const found = own === null && place.whose === 'own' ? null : await keyAt(deps, own, place);
    if (!found) continue;
    const config = configOf(place, found, modelFor(place.provider, wanted.model, { preference, defaults }));
    return ok({ config, version: found.version.version });
  }
  return refuse(noneOf(wanted));
};
