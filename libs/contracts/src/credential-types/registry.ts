import { z } from 'zod';
import { cloudflareApiToken } from './cloudflare-api-token.ts';
import { databasePassword } from './database-password.ts';
import type { TypeDefinition } from './definition.ts';
import { generic } from './generic.ts';
import { namecheapApiKey } from './namecheap-api-key.ts';
import { oauthClientSecret } from './oauth-client-secret.ts';
import { openAiAdminKey } from './openai-admin-key.ts';
import { stripeSecretKey } from './stripe-secret-key.ts';
import { userApiKey } from './user-api-key.ts';

/** Every type of credential, in the order in which they are offered. Adding one is adding its file, and its line here. */
const REGISTRY = {
  cloudflare_api_token: cloudflareApiToken,
  namecheap_api_key: namecheapApiKey,
  user_api_key: userApiKey,
  openai_admin_key: openAiAdminKey,
  oauth_client_secret: oauthClientSecret,
  stripe_secret_key: stripeSecretKey,
  database_password: databasePassword,
  generic,
} as const satisfies Record<string, TypeDefinition>;

type TypeName = keyof typeof REGISTRY;
const typeNames = Object.keys(REGISTRY) as TypeName[];

/** Kinds of credential: the names in the registry. */
export const CredentialType = z.enum(typeNames);
export type CredentialType = TypeName;

/** The types of which a single version can be tested at its provider. */
export type TestedType = {
  [Name in TypeName]: (typeof REGISTRY)[Name] extends { readonly neededToTest: readonly unknown[] } ? Name : never;
}[TypeName];

/** What each type consists of, and how it is shown. */
export const CREDENTIAL_TYPES: Readonly<Record<CredentialType, TypeDefinition>> = REGISTRY;
