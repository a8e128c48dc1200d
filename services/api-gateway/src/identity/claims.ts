import { z } from 'zod';
import { knownRoles } from '../policy.ts';
import type { Identity } from './identity.ts';

const Claims = z.object({
  sub: z.string().min(1).max(200),
  client_id: z.string().optional(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  email: z.string().optional(),
  roles: z.unknown().optional(),
  tier: z.string().max(50).nullish(),
});

/**
 * Reads an identity from the claims of a checked token, or null where they name nobody. A token whose subject is its own client was given
 * to a program.
 */
export const identityOfClaims = (claims: unknown): Identity | null => {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) return null;
  const { sub, client_id, name, preferred_username, email, roles, tier } = parsed.data;
  return {
    id: sub,
    name: (name ?? preferred_username ?? email ?? sub).slice(0, 200),
    kind: client_id === sub ? 'program' : 'person',
    roles: knownRoles(roles),
    tier: tier ?? null,
  };
};
