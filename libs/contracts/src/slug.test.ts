import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressFrom, partsOf, slug } from './slug.ts';
import { Address } from './words.ts';

describe('slug', () => {
  it.each([
    ['DNS Prod', 'dns-prod'],
    ['dns-prod', 'dns-prod'],
    ['Büro Straße', 'buro-strasse'],
    ['Ærø', 'aero'],
    ['漢字', 'u6f22-u5b57'],
    ['a.b*c>d', 'a-b-c-d'],
    ['--x--', 'x'],
    ['İstanbul', 'istanbul'],
    ['zero\u200Bwidth', 'zero-width'],
    ['', 'unnamed'],
    ['…', 'unnamed'],
    [`${'a'.repeat(62)}-bc`, 'a'.repeat(62)],
  ])('makes %j a token: %j', (text, token) => expect(slug(text)).toBe(token));

  it('makes a token of every text, and leaves a token as it is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const token = slug(text);
        expect(token).toMatch(/^[a-z0-9-]{1,63}$/);
        expect(slug(token)).toBe(token);
      }),
    ));
});

describe('addressFrom', () => {
  it('makes an address of names, in the system scope if none is said', () =>
    expect(addressFrom({ service: 'Cloudflare', name: 'DNS, production' })).toBe('system.cloudflare.dns-production'));
  it('makes what parses as an address', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (service, name) => {
        const address = addressFrom({ service, name });
        expect(Address.parse(address)).toBe(address);
        expect(partsOf(address)).toEqual({ scope: 'system', service: slug(service), name: slug(name) });
      }),
    ));
});
