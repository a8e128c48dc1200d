import { describe, expect, it } from 'vitest';
import { apiTokenHash, apiTokenProof, isApiToken, newApiToken, provesApiToken } from './api-token.ts';

describe('an API token', () => {
  const token = newApiToken();
  const proof = apiTokenProof(token);

  it('has 256 random bits and a form of its own', () => {
    expect(token.reveal()).toMatch(/^kt_[\w-]{43}$/);
    expect([isApiToken(token.reveal()), isApiToken('kt_short'), isApiToken(`eyJ.${token.reveal()}`)]).toEqual([true, false, false]);
    expect(newApiToken().reveal()).not.toBe(token.reveal());
  });

  it('is proved by its own proof only, and not by what the log keeps', () => {
    const hash = apiTokenHash(proof);
    expect(provesApiToken(proof, hash)).toBe(true);
    expect(provesApiToken(apiTokenProof(newApiToken()), hash)).toBe(false);
    expect(provesApiToken(hash, hash)).toBe(false);
    expect(provesApiToken(proof, '')).toBe(false);
  });
});
