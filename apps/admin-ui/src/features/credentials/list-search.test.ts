import { describe, expect, it } from 'vitest';
import { isFiltered, listQuery, readListSearch, sortedBy } from './list-search.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');

describe('the list’s address', () => {
  it('is read, and what doesn’t fit is left out', () => {
    const all = { q: 5432, type: 'generic', status: 'disabled', untested: true, sort: 'rotated', order: 'desc' };
    expect(readListSearch(all)).toEqual({ ...all, q: '5432' });
    const filters = {
      tag: 'billing',
      owner: 'team-a',
      scope: 'system',
      olderThan: 90,
      expiresIn: 0,
      overdue: true,
      needs: true,
      llm: 'cohere',
    };
    expect(readListSearch(filters)).toEqual(filters);
    expect(readListSearch({ tag: '', scope: 'user-a', olderThan: 0, expiresIn: -1, overdue: 'true', llm: 'nobody' })).toEqual({});
    expect(readListSearch({ q: '', type: 'x', status: 'deleted', untested: 'yes', sort: 'secret', order: 1, more: 2 })).toEqual({});
  });
  it('is the API’s query', () => {
    expect(listQuery({ q: 'orders', type: 'generic', untested: true, sort: 'owner' }, NOW)).toEqual({
      search: 'orders',
      credentialType: 'generic',
      untested: 'true',
      sort: 'owner',
    });
  });
  it('counts days from now, back for the age of a value and on for what expires', () => {
    expect(listQuery({ olderThan: 90, expiresIn: 30, needs: true, llm: 'openai', scope: 'system' }, NOW)).toEqual({
      valueBefore: '2026-08-31T12:00:00.000Z',
      expiresBefore: '2026-12-29T12:00:00.000Z',
      needsAttention: 'true',
      llmProvider: 'openai',
      scope: 'system',
    });
    expect(listQuery({ expiresIn: 0 }, NOW)).toEqual({ expiresBefore: '2026-11-29T12:00:00.000Z' });
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
