import type { Actor } from '@keyturn/contracts';
import { z } from 'zod';

/** Somebody whom the edge has recognised. */
export const Identity = z.object({
  id: z.string().min(1).max(200),
  name: z.string().max(200),
  kind: z.enum(['person', 'program']),
  roles: z.array(z.string()).max(20),
  tier: z.string().max(50).nullable(),
  /** Who says so (`iss`); absent in cookies from before it was kept, which then have no credentials of their own. */
  issuer: z.string().max(500).optional(),
  /** When the person last signed in, by the provider's word (`auth_time`). */
  authenticatedAt: z.iso.datetime().optional(),
});
export type Identity = z.infer<typeof Identity>;

/** An identity with how it was shown and until when, in milliseconds since 1970. */
export type Caller = Identity & {
  readonly via: 'cookie' | 'bearer';
  readonly expiresAt: number;
  /** Of a cookie: by what it can be revoked, or not confirmed. */
  readonly session?: {
    readonly identity: Identity;
    readonly startedAt: number;
    readonly seenAt: number;
    readonly confirmedAt?: number | undefined;
    readonly refreshToken?: string | undefined;
  };
  /** The consumer for which a program's token speaks. */
  readonly consumer?: string;
};

export const actorOf = (identity: Identity, ip: string | undefined): Actor => ({
  kind: identity.kind,
  id: identity.id,
  name: identity.name,
  roles: identity.roles,
  ...(ip === undefined ? {} : { ip }),
  ...(identity.issuer === undefined ? {} : { issuer: identity.issuer }),
  ...(identity.tier === null ? {} : { tier: identity.tier }),
  ...(identity.authenticatedAt === undefined ? {} : { authenticatedAt: identity.authenticatedAt }),
});

/** For questions that the gateway asks on its own: health, sealing keys. */
export const GATEWAY_ACTOR: Actor = { kind: 'service', id: 'api-gateway' };
