import { describe, expect, it } from 'vitest';
import { bodyOf, checkWish, filterOf, FIRST_WISH } from './start-wish.ts';

describe('a wish for a bulk rotation', () => {
  it('means nobody as long as nothing says whom', () => expect(filterOf({ ...FIRST_WISH, tag: '  ' })).toBeNull());

  it('means all that fit everything that was said', () =>
    expect(filterOf({ ...FIRST_WISH, service: ' postgres ', type: 'database_password' })).toEqual({
      service: 'postgres',
      credentialType: 'database_password',
    }));

  it('means every credential at a provider', () =>
    expect(bodyOf({ ...FIRST_WISH, provider: 'openai' }, null)).toMatchObject({ provider: 'openai' }));

  it('goes on whatever fails where no number of failures is said', () =>
    expect(bodyOf({ ...FIRST_WISH, tag: 'shop', failures: '', note: ' Eve left ' }, null)).toEqual({
      tag: 'shop',
      reason: 'manual',
      maxInFlight: 10,
      stopAfterFailures: null,
      note: 'Eve left',
    }));

  it('names those that were chosen, and nothing else', () => {
    const ids = ['01976f5e-0000-7000-8000-000000000001'];
    expect(bodyOf({ ...FIRST_WISH, service: 'left over' }, ids)).toEqual({ ids, reason: 'manual', maxInFlight: 10, stopAfterFailures: 3 });
  });

  const most = (2_000).toLocaleString();
  const tagged = { ...FIRST_WISH, tag: 'shop' };
  it.each([
    [{ service: 'Say at least a service, a provider, a type or a tag.' }, FIRST_WISH],
    [{ service: 'A service is at most 63 of a-z, 0-9 and -.' }, { ...FIRST_WISH, service: 'No Service' }],
    [{ tag: 'A tag is at most 63 of a-z, 0-9 and -.' }, { ...FIRST_WISH, tag: 'No Tag' }],
    [{ most: 'Say a whole number from 1 to 100.' }, { ...tagged, most: '' }],
    [{ most: 'Say a whole number from 1 to 100.' }, { ...tagged, most: 101 }],
    [{ failures: `Say a whole number from 1 to ${most}, or nothing.` }, { ...tagged, failures: 0 }],
    [{ failures: `Say a whole number from 1 to ${most}, or nothing.` }, { ...tagged, failures: 1.5 }],
    [{ note: 'At most 500 characters.' }, { ...tagged, note: 'x'.repeat(501) }],
  ])('is refused with %o', (errors, wish) => expect(checkWish(wish, null)).toEqual(errors));

  it('is refused where more were chosen than one run has', () => {
    const ids = Array.from({ length: 2_001 }, () => '01976f5e-0000-7000-8000-000000000001');
    expect(checkWish(FIRST_WISH, ids)).toEqual({ ids: `At most ${most} at once; select fewer.` });
    expect(checkWish(FIRST_WISH, ids.slice(1))).toEqual({});
  });

  it('is fine with a tag alone, and up to its bounds', () => {
    expect(checkWish(tagged, null)).toEqual({});
    expect(checkWish({ ...tagged, most: 100, failures: 2_000 }, null)).toEqual({});
  });
});
