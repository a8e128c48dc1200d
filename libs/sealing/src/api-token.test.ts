import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { apiTokenHash, apiTokenProof, derivedApiToken, isApiToken, newApiToken, provesApiToken } from './api-token.ts';

describe('an API token', () => {
  const token = newApiToken();
  const proof = apiTokenProof(token);

  it('has 256 random bits and a form of its own', () => {
    expect(token.reveal()).toMatch(/^kt_[\w-]{43}$/);
    expect([isApiToken(token.reveal()), isApiToken('kt_short'), isApiToken(`eyJ.${token.reveal()}`)]).toEqual([true, false, false]);
    expect(newApiToken().reveal()).not.toBe(token.reveal());
  });

  it('can be had again from the secret and what it is of, and from nothing less', () => {
    const secret = new Sensitive('s'.repeat(32));
    const first = derivedApiToken(secret, ['ada', 'key-1']).reveal();
    expect(isApiToken(first)).toBe(true);
    expect(derivedApiToken(secret, ['ada', 'key-1']).reveal()).toBe(first);
    const others = [
      derivedApiToken(new Sensitive('t'.repeat(32)), ['ada', 'key-1']),
      derivedApiToken(secret, ['ada', 'key-2']),
      derivedApiToken(secret, ['adak', 'ey-1']),
    ].map((other) => other.reveal());
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it('is proved by its own proof only, and not by what the log keeps', () => {
    const hash = apiTokenHash(proof);
    expect(provesApiToken(proof, hash)).toBe(true);
    expect(provesApiToken(apiTokenProof(newApiToken()), hash)).toBe(false);
    expect(provesApiToken(hash, hash)).toBe(false);
    expect(provesApiToken(proof, '')).toBe(false);
  });
});
