import { describe, expect, it } from 'vitest';
import { alternateName, chooseRole } from './choose-role.ts';

const owner = 'orders';

describe('chooseRole', () => {
  it('makes a first alternate while the owner is live', () =>
    expect(chooseRole({ owner, liveUsernames: ['orders'], existing: [] })).toEqual({ username: 'orders_kt1', creates: true }));

  it('goes back to the owner once its version is gone', () =>
    expect(chooseRole({ owner, liveUsernames: ['orders_kt1'], existing: [{ username: 'orders_kt1', isOurs: true }] })).toEqual({
      username: 'orders',
      creates: false,
    }));

  it('takes our own free alternate again', () =>
    expect(chooseRole({ owner, liveUsernames: ['orders'], existing: [{ username: 'orders_kt1', isOurs: true }] })).toEqual({
      username: 'orders_kt1',
      creates: false,
    }));

  it('makes one more when all are live', () =>
    expect(chooseRole({ owner, liveUsernames: ['orders', 'orders_kt1'], existing: [{ username: 'orders_kt1', isOurs: true }] })).toEqual({
      username: 'orders_kt2',
      creates: true,
    }));

  it('steps over a role of the same name that somebody else made', () =>
    expect(chooseRole({ owner, liveUsernames: ['orders'], existing: [{ username: 'orders_kt1', isOurs: false }] })).toEqual({
      username: 'orders_kt2',
      creates: true,
    }));
});

describe('chooseRole after a restore from a backup', () => {
  it('leaves an alternate alone that is open, and that no version explains', () =>
    expect(chooseRole({ owner, liveUsernames: ['orders'], existing: [{ username: 'orders_kt1', isOurs: true, isOpen: true }] })).toEqual({
      username: 'orders_kt2',
      creates: true,
    }));

  it('leaves the owner alone for the same reason', () =>
    expect(
      chooseRole({
        owner,
        liveUsernames: ['orders_kt1'],
        existing: [
          { username: 'orders', isOurs: true, isOpen: true },
          { username: 'orders_kt1', isOurs: true, isOpen: true },
        ],
      }),
    ).toEqual({ username: 'orders_kt2', creates: true }));
});

describe('alternateName', () => {
  it.each([
    ['a long name', 'x'.repeat(63)],
    ['a long name of wide characters', 'ö'.repeat(31)],
    ['a name that just leaves no room', 'y'.repeat(60)],
  ])('fits %s into 63 bytes', (_what, name) => {
    expect(Buffer.byteLength(alternateName(name, 12))).toBeLessThanOrEqual(63);
    expect(alternateName(name, 12)).toMatch(/_kt12$/u);
    expect(alternateName(name, 12)).not.toContain('\uFFFD');
  });

  it('keeps two long owners with one beginning apart', () =>
    expect(alternateName(`${'x'.repeat(62)}a`, 1)).not.toBe(alternateName(`${'x'.repeat(62)}b`, 1)));
});
