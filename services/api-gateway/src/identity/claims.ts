import { z } from 'zod';
import { knownRoles } from '../policy.ts';
import type { Identity } from './identity.ts';

const Claims = z.object({
  sub: z.string().min(1).max(200),
  iss: z.string().max(500).optional(),
  client_id: z.string().optional(),
  azp: z.string().optional(),
  clientHost: z.unknown().optional(),
  clientAddress: z.unknown().optional(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  email: z.string().optional(),
  roles: z.unknown().optional(),
  tier: z.string().max(50).nullish(),
  /** OpenID Connect Core §2: when the person was really asked, however new the token is. */
  auth_time: z.int().positive().max(8_640_000_000_000).optional().catch(undefined),
});

type Claims = z.infer<typeof Claims>;

const clientOf = ({ client_id, azp }: Claims): string | undefined => client_id ?? azp;

/** Where it called from: Keycloak's scope `service_account` adds it to the tokens that a client asks for itself, and to nobody else's. */
const saysWhereFrom = ({ clientHost, clientAddress }: Claims): boolean => clientHost !== undefined || clientAddress !== undefined;

/** Keycloak has a user of its own for each client that signs in by itself. Whoever may choose their user name can be called so too. */
const isCalledServiceAccount = (claims: Claims): boolean =>
  claims.preferred_username?.toLowerCase() === `service-account-${clientOf(claims)?.toLowerCase()}`;

/** Was the token given to a program for itself? RFC 9068: its subject is then the client; a person's token has a `client_id` too. */
const isPrograms = (claims: Claims): boolean => {
  const client = clientOf(claims);
  if (client === undefined) return false;
  return claims.sub === client || (saysWhereFrom(claims) && (claims.client_id !== undefined || isCalledServiceAccount(claims)));
};

/** A program may not do what takes a person, nor a person do without a recent login: who could be either is let in as neither. */
const isAmbiguous = (claims: Claims): boolean => clientOf(claims) !== undefined && isCalledServiceAccount(claims) && !isPrograms(claims);

/** A program is called by its client's name: that of its service account says the same, longer. */
const nameOf = (claims: Claims, isProgram: boolean): string =>
  claims.name ?? (isProgram ? clientOf(claims) : undefined) ?? claims.preferred_username ?? claims.email ?? claims.sub;

/** Reads an identity from the claims of a checked token, or null where they name nobody, or nobody that could be told from a program. */
export const identityOfClaims = (claims: unknown): Identity | null => {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success || isAmbiguous(parsed.data)) return null;
  const { sub, iss, roles, tier, auth_time } = parsed.data;
  const isProgram = isPrograms(parsed.data);
  return {
    id: sub,
    name: nameOf(parsed.data, isProgram).slice(0, 200),
    kind: isProgram ? 'program' : 'person',
    roles: knownRoles(roles),
    tier: tier ?? null,
    ...(iss === undefined ? {} : { issuer: iss }),
    ...(auth_time === undefined ? {} : { authenticatedAt: new Date(auth_time * 1000).toISOString() }),
  };
};
