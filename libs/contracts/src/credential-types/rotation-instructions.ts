import type { ByHand, Fields } from './definition.ts';
import { isLlmProvider, LLM_PROVIDERS } from './llm-providers.ts';
import { CREDENTIAL_TYPES, type CredentialType } from './registry.ts';

/** What a person does at a provider's site where Keyturn can't, step by step. */
export type RotationInstructions = ByHand & {
  /** The provider, for people. */
  readonly site: string;
};

/** Of a type that says nothing of its own. */
const ANYWHERE: ByHand = { url: null, make: ['Make another value.', 'Bring it here.'], remove: ['Remove the old value.'] };

/** Of a person's or the system's key of a language model; whoever brings one for an endpoint of its own sees where it is sent to be tested. */
const ofLlm = ({ provider = '', endpoint }: Fields): RotationInstructions => {
  const { name, docsUrl, make, remove } = isLlmProvider(provider) ? LLM_PROVIDERS[provider] : LLM_PROVIDERS.custom;
  const bring = provider === 'custom' && endpoint !== undefined ? `Bring it here: it is tested at ${endpoint}.` : 'Bring it here.';
  return { site: name, url: docsUrl, make: [...make, bring], remove };
};

/** Of anything: whoever brings the value sees where it is sent to be tested. */
const ofAny = ({ checkUrl }: Fields): RotationInstructions => ({
  site: 'the provider',
  url: null,
  make: ['Make another value.', checkUrl === undefined ? 'Bring it here.' : `Bring it here: it is tested at ${checkUrl}.`],
  remove: ['Remove the old value.'],
});

/** How a person makes the next value of a credential at its provider, and how the old one is removed. */
export const instructionsFor = (type: CredentialType, publicFields: Fields): RotationInstructions => {
  if (type === 'user_api_key') return ofLlm(publicFields);
  if (type === 'generic') return ofAny(publicFields);
  const { provider, byHand } = CREDENTIAL_TYPES[type];
  return { site: provider ?? 'the provider', ...(byHand ?? ANYWHERE) };
};
