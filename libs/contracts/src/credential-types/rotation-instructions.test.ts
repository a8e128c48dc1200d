import { describe, expect, it } from 'vitest';
import { LLM_PROVIDERS } from './llm-providers.ts';
import { CredentialType } from './registry.ts';
import { instructionsFor } from './rotation-instructions.ts';

const ofKey = (provider: string) =>
  instructionsFor('user_api_key', { provider, ...(provider === 'custom' && { endpoint: 'https://llm.example/v1' }) });
const providers = Object.keys(LLM_PROVIDERS);

describe('what a person is told to do', () => {
  it.each(CredentialType.options)('is never nothing: %s', (type) => {
    const { site, make, remove } = instructionsFor(type, {});
    expect([site.length, make.length, remove.length].every((length) => length > 0)).toBe(true);
  });
  it.each(providers)('is its provider’s own, with a link where there is a site: %s', (provider) => {
    const { site, url, make, remove } = ofKey(provider);
    expect(site).toBe(LLM_PROVIDERS[provider as keyof typeof LLM_PROVIDERS].name);
    expect(url?.startsWith('https://') ?? null).toBe(provider === 'custom' ? null : true);
    expect(make.at(-1)).toMatch(/^Bring it here/u);
    const others = providers.filter((other) => other !== provider).map(ofKey);
    expect(others.map((other) => [...other.make, ...other.remove])).not.toContainEqual([...make, ...remove]);
  });
  it('is at Anthropic first what can be undone', () =>
    expect(ofKey('anthropic').remove).toEqual([
      'Open Settings, API keys.',
      expect.stringMatching(/^Set the old key inactive first: that can be undone/u),
      expect.stringMatching(/^Delete it/u),
    ]));
  it('says of an endpoint of one’s own where the new key is sent', () =>
    expect(ofKey('custom').make.at(-1)).toBe('Bring it here: it is tested at https://llm.example/v1.'));
});
