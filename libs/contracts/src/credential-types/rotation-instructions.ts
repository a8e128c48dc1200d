import type { Fields } from './definition.ts';
import { isLlmProvider, LLM_PROVIDERS } from './llm-providers.ts';
import { CREDENTIAL_TYPES, type CredentialType } from './registry.ts';

/** What a person does at a provider's site where Keyturn can't, step by step. */
export type RotationInstructions = {
  /** The provider, for people. */
  readonly site: string;
  readonly url: string | null;
  readonly make: readonly string[];
  readonly remove: readonly string[];
};

const SITES: Partial<Record<CredentialType, Omit<RotationInstructions, 'site'>>> = {
  stripe_secret_key: {
    url: 'https://dashboard.stripe.com/apikeys',
    make: [
      'Open Developers, API keys, in the mode (live or test) of the key of today.',
      'Create a key of the same kind: for a restricted key, copy its permissions. Do not roll the key of today: that sets an end to it.',
      'Reveal the new key once, and bring it here.',
    ],
    remove: [
      'Open Developers, API keys.',
      'Expire the old key now. Stripe may go on taking it for a while; Keyturn asks until it does not.',
    ],
  },
  cloudflare_api_token: {
    url: 'https://dash.cloudflare.com/profile/api-tokens',
    make: [
      'Create a token with the permissions and resources of the one of today. Do not roll that one: a roll ends it at once.',
      'Bring the new token here.',
    ],
    remove: ['Delete the old token.'],
  },
  namecheap_api_key: {
    url: 'https://ap.www.namecheap.com/settings/tools/apiaccess/',
    make: [
      'NameCheap has one key an account: a new one ends the old one at once, so choose a moment in which that is borne.',
      'Open Profile, Tools, API Access, and reset the key.',
      'Bring the new key here at once.',
    ],
    remove: ['Nothing is to be done: the reset ended the old key.'],
  },
  openai_admin_key: {
    url: 'https://platform.openai.com/settings/organization/admin-keys',
    make: ['Open Settings, Organization, Admin keys, and create a key.', 'Bring it here.'],
    remove: ['Revoke the old admin key.'],
  },
  oauth_client_secret: {
    url: null,
    make: ['Have the sign-in provider make another secret of this client, beside the one of today where it can.', 'Bring it here.'],
    remove: ['Remove the old secret of the client.'],
  },
};

/** Of a person's or the system's key of a language model. */
const ofLlm = ({ provider = '' }: Fields): RotationInstructions => {
  const known = isLlmProvider(provider) ? LLM_PROVIDERS[provider] : LLM_PROVIDERS.custom;
  const undo =
    provider === 'anthropic' ? ['Set the old key inactive first: that can be undone. Delete it later.'] : ['Delete the old key.'];
  return {
    site: known.name,
    url: known.docsUrl,
    make: ['Create a key with the rights of the one of today.', 'Bring it here.'],
    remove: undo,
  };
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
  const site = CREDENTIAL_TYPES[type].provider ?? 'the provider';
  const steps = SITES[type] ?? { url: null, make: ['Make another value.', 'Bring it here.'], remove: ['Remove the old value.'] };
  return { site, ...steps };
};
