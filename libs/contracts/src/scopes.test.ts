import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { legacyUserScope, userScope } from './scopes.ts';
import { Scope } from './words.ts';

describe('userScope', () => {
  // printf '["https://sso.example.com/realms/main","ada"]' | openssl dgst -sha256 -binary | base32 | tr A-Z a-z | cut -c1-26
  it('is user- and 26 characters of base32 of SHA-256 over the pair as JSON', () =>
    expect(userScope('https://sso.example.com/realms/main', 'ada')).toBe('user-dyvrt4h4c4oq5ruamggy2k63bx'));
  it('is a scope, the same for the same pair', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), (issuer, subject) => {
        const scope = userScope(issuer, subject);
        expect(Scope.parse(scope)).toMatch(/^user-[a-z2-7]{26}$/);
        expect(userScope(issuer, subject)).toBe(scope);
      }),
    ));
  it('tells pairs apart whose texts together are the same', () => expect(userScope('a', 'bc')).not.toBe(userScope('ab', 'c')));
});

describe('legacyUserScope', () => {
  it('is a scope of its own for each id', () => {
    expect(legacyUserScope('user-0001')).toBe(userScope('urn:keyturn:legacy', 'user-0001'));
    expect(legacyUserScope('user-0001')).not.toBe(legacyUserScope('user-0002'));
  });
});
