import { z } from 'zod';

// What a provider calls an id becomes a path, and what finds a value in the vault's events: one that could be a secret, or leads elsewhere, is none.

/** The id of a token: 32 characters at most, and the values of tokens have 40 or more. */
export const CloudflareId = z.string().regex(/^[\w-]{1,32}$/u);

/** The id of a key or a service account; the values of all keys begin with `sk-`. */
export const OpenAiId = z.string().regex(/^(?!sk-)[\w-]{1,64}$/u);

/**
 * The id of a client, a user or a group: a UUID, with hyphens or without, or what an import named it, where a path takes that as it is; the
 * secrets that Keycloak makes are 32 letters and digits, which are hex about never.
 */
export const KeycloakId = z.string().regex(/^(?!\.{1,2}$)(?!(?![0-9a-f]{32}$)[A-Za-z0-9]{32}$)[\w.:@~-]{1,36}$/u);
