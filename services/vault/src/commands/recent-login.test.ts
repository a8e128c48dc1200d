import type { Actor } from '@keyturn/contracts';
import { describe, expect, it } from 'vitest';
import { refuseUnlessRecent } from './recent-login.ts';

const NOW = '2026-01-02T12:00:00.000Z';
const ada = (authenticatedAt?: string): Actor => ({
  kind: 'person',
  id: 'ada',
  ...(authenticatedAt === undefined ? {} : { authenticatedAt }),
});
const refusal = { code: 'recent-login-required', withinSeconds: 900 };

describe('what wants a recent sign-in', () => {
  it.each(['key-ring.add', 'key-ring.activate', 'key-ring.rewrap', 'key-ring.retire', 'backup.start', 'credential.record-export'] as const)(
    'is %s',
    (type) => {
      expect(refuseUnlessRecent(type, ada('2026-01-02T11:45:00.000Z'), NOW)).toBe(null);
      expect(refuseUnlessRecent(type, ada('2026-01-02T11:44:59.999Z'), NOW)).toEqual(refusal);
      expect(refuseUnlessRecent(type, ada(), NOW)).toEqual(refusal);
    },
  );

  it('is taken from a program, which can’t sign in anew', () => {
    expect(refuseUnlessRecent('key-ring.add', { kind: 'program', id: 'ci' }, NOW)).toBe(null);
  });

  it('is none that is everyday', () => {
    expect(refuseUnlessRecent('rotation.request', ada(), NOW)).toBe(null);
    expect(refuseUnlessRecent('credential.list', ada(), NOW)).toBe(null);
  });

  it('is asked for once of an export: a login that ages meanwhile doesn’t break it off', () => {
    expect(refuseUnlessRecent('credential.export', ada('2026-01-02T11:44:59.999Z'), NOW)).toBe(null);
  });
});
