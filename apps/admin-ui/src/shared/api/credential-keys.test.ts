import { describe, expect, it } from 'vitest';
import { credentialKeys, keyOfPart } from './credential-keys.ts';

describe('keyOfPart', () => {
  it('covers the whole list', () => expect(credentialKeys.list()).toEqual(keyOfPart('list', 'a')));
  it('covers every rotation of one credential', () =>
    expect(credentialKeys.rotation('a', 3).slice(0, 3)).toEqual(keyOfPart('rotation', 'a')));
  it('reads nothing of other credentials anew', () => expect(keyOfPart('detail', 'a')).toEqual(['credentials', 'detail', 'a']));
  it('takes an event about no credential to every list of consumers', () =>
    expect(keyOfPart('consumers', null)).toEqual(['credentials', 'consumers']));
  it('takes it to the bulk rotations', () => expect(keyOfPart('bulk', null)).toEqual(['credentials', 'bulk']));
  it('ignores such an event elsewhere', () => expect(keyOfPart('timeline', null)).toBeNull());
});
