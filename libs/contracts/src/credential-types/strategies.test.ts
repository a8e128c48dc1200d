import { describe, expect, it } from 'vitest';
import { canOverlap, endsAtOnce, isFitIssuer, issuerTypeOf, serverOfIssuer, strategiesOf, strategyOf } from './strategies.ts';

describe('who makes the next value', () => {
  it('is the provider where an issuer of ours has it issued, and a person otherwise', () => {
    expect(strategyOf('database_password', null, {})).toBe('chosen');
    expect(strategyOf('cloudflare_api_token', 'an issuer', {})).toBe('issued');
    expect(strategyOf('cloudflare_api_token', null, {})).toBe('assisted');
    expect(strategyOf('stripe_secret_key', 'an issuer', {})).toBe('assisted');
  });
  it('is a person where a database has one role alone, and then the next value ends the one of today', () => {
    expect(strategyOf('database_password', 'an issuer', { roles: 'single' })).toBe('assisted');
    expect(strategyOf('database_password', 'an issuer', { roles: 'alternating' })).toBe('chosen');
    expect(strategiesOf('database_password')).toEqual(['chosen', 'assisted']);
    expect([canOverlap('database_password', { roles: 'single' }), canOverlap('database_password', {})]).toEqual([false, true]);
    expect([canOverlap('namecheap_api_key', {}), canOverlap('stripe_secret_key', {})]).toEqual([false, true]);
  });
  it('depends on whose key of a language model it is: OpenAI alone issues', () => {
    expect(strategyOf('user_api_key', 'an issuer', { provider: 'openai' })).toBe('issued');
    expect(strategyOf('user_api_key', 'an issuer', { provider: 'anthropic' })).toBe('assisted');
    expect(strategyOf('user_api_key', null, { provider: 'openai' })).toBe('assisted');
    expect(strategiesOf('user_api_key')).toEqual(['issued', 'assisted']);
    expect(strategiesOf('stripe_secret_key')).toEqual(['assisted']);
  });
});

describe('an issuer', () => {
  it('is of the type that makes such values', () => {
    expect(issuerTypeOf('database_password', {})).toBe('database_password');
    expect(issuerTypeOf('user_api_key', { provider: 'openai' })).toBe('openai_admin_key');
    expect(issuerTypeOf('user_api_key', { provider: 'cohere' })).toBeNull();
  });
  it('of another type counts as none; one from before its type was looked at counts only where issuers were used then', () => {
    const openAi = { provider: 'openai' };
    expect(isFitIssuer('user_api_key', openAi, 'openai_admin_key')).toBe(true);
    expect(isFitIssuer('user_api_key', openAi, 'user_api_key')).toBe(false);
    expect(isFitIssuer('user_api_key', openAi, null)).toBe(false);
    expect(isFitIssuer('oauth_client_secret', {}, null)).toBe(false);
    expect(isFitIssuer('cloudflare_api_token', {}, null)).toBe(true);
    expect(isFitIssuer('database_password', {}, null)).toBe(true);
  });
  it('is at its own server, or, where it is of another type, at that of what it issues', () => {
    expect(serverOfIssuer('cloudflare_api_token', {}, { apiBaseUrl: 'https://x.example' })).toEqual({ apiBaseUrl: 'https://x.example' });
    expect(serverOfIssuer('user_api_key', { provider: 'openai', endpoint: 'https://x.example' }, {})).toEqual({ provider: 'openai' });
    expect(serverOfIssuer('user_api_key', { provider: 'custom' }, {})).toEqual({});
  });
});

it('only what its provider can disable may be let in again', () => {
  expect(endsAtOnce('user_api_key')).toBe(true);
  expect(endsAtOnce('cloudflare_api_token')).toBe(false);
});
