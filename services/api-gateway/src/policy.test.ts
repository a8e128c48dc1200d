import { describe, expect, it } from 'vitest';
import { ROLES } from '@keyturn/contracts/access';
import { ACCESS, type Access, knownRoles, mayEnter } from './policy.ts';

const TABLE: Readonly<Record<Access, readonly string[]>> = {
  public: ['admin', 'operator', 'auditor', 'user', 'none'],
  consumer: ['admin', 'operator', 'auditor', 'user', 'none'],
  'signed-in': ['admin', 'operator', 'auditor', 'user', 'none'],
  'own-or-consumer': ['admin', 'operator', 'auditor', 'user'],
  'own-read': ['admin', 'operator', 'auditor', 'user'],
  'own-write': ['admin', 'operator', 'user'],
  'admin-read': ['admin', 'operator', 'auditor'],
  'audit-read': ['admin', 'auditor'],
  'admin-write': ['admin', 'operator'],
  'admin-only': ['admin'],
};
const cells = (Object.keys(ACCESS) as Access[]).flatMap((access) =>
  [...ROLES, 'none'].map((role) => [access, role, TABLE[access].includes(role)] as const),
);

describe('policy', () => {
  it.each(cells)('%s for %s: %s', (access, role, allowed) => {
    expect(mayEnter(access, [role])).toBe(allowed);
  });
  it.each([undefined, 'admin', { admin: true }, [['admin']], ['ADMIN', 'root', 1, null]])('reads no role from %j', (claim) => {
    expect(knownRoles(claim)).toEqual([]);
  });
});
