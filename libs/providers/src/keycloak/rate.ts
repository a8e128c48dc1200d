import type { ProviderRate } from '../http/pace.ts';

/** Ours: Keycloak publishes none. */
export const keycloakRate = { calls: 1200, perMs: 60_000 } as const satisfies ProviderRate;
