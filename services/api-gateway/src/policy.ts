import { AUDITORS, OWNERS, READERS, ROLES, type Role, WRITERS } from '@keyturn/contracts/access';

/** What a route asks of its caller. */
export type Access = keyof typeof ACCESS;

/** Who may come in at the edge, by the policy's own roles; the vault decides again. `null`: anyone, even without signing in. */
export const ACCESS = {
  public: null,
  /** A program that speaks for a consumer; the route itself looks at its token, because API tokens open no other route. */
  consumer: null,
  'signed-in': ROLES,
  /** What is the caller's own, or for a program that speaks for a consumer what it may have: by either kind of token, or a session. */
  'own-or-consumer': ROLES,
  /** What is the caller's own; the vault decides whose it is. */
  'own-read': ROLES,
  'own-write': OWNERS,
  'admin-read': READERS,
  'audit-read': AUDITORS,
  'admin-write': WRITERS,
  'admin-only': ['admin'],
} as const satisfies Record<string, readonly Role[] | null>;

const isRole = (value: string): value is Role => ROLES.some((role) => role === value);

/** The claim's roles that we know; others mean nothing here. */
export const knownRoles = (claim: unknown): Role[] =>
  Array.isArray(claim) ? claim.filter((value): value is Role => typeof value === 'string' && isRole(value)) : [];

/** `signed-in` asks only for an identity, so somebody without any role can at least see that. */
export const mayEnter = (access: Access, roles: readonly string[]): boolean => {
  const wanted = ACCESS[access];
  return wanted === null || access === 'signed-in' || wanted.some((role) => roles.includes(role));
};
