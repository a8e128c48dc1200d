import { describe, expect, it } from 'vitest';
import { isFiltered, listQuery, readListSearch, sortedBy } from './list-search.ts';

describe('the list’s address', () => {
  it('is read, and what doesn’t fit is left out', () => {
    const all = { q: 5432, type: 'generic', status: 'disabled', untested: true, sort: 'rotated', order: 'desc' };
    expect(readListSearch(all)).toEqual({ ...all, q: '5432' });
    expect(readListSearch({ q: '', type: 'x', status: 'deleted', untested: 'yes', sort: 'secret', order: 1, more: 2 })).toEqual({});
  });
  it('is the API’s query', () => {
    expect(listQuery({ q: 'orders', type: 'generic', untested: true, sort: 'owner' })).toEqual({
      search: 'orders',
      credentialType: 'generic',
      untested: 'true',
      sort: 'owner',
    });
  });
  it('is sorted by a column, then the other way round, then as it was', () => {
    const once = sortedBy({ q: 'a' }, 'rotated');
    expect(once).toEqual({ q: 'a', sort: 'rotated' });
    const twice = sortedBy(once, 'rotated');
    expect(twice).toEqual({ q: 'a', sort: 'rotated', order: 'desc' });
    expect(sortedBy(twice, 'rotated')).toEqual({ q: 'a' });
    expect(sortedBy({}, 'address')).toEqual({ sort: 'address', order: 'desc' });
  });
  it('is filtered by more than its sorting', () => {
    expect(isFiltered({ sort: 'owner', order: 'desc' })).toBe(false);
    expect(isFiltered({ untested: true })).toBe(true);
  });
});
