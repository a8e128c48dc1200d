import { describe, expect, it } from 'vitest';
import type { LlmChosen } from './choice.ts';
import { modelFor, searchOrder } from './search-order.ts';

const chosen = (provider: string | null, models: Record<string, string> = {}): LlmChosen => ({ provider, models, chosenAt: '2026-01-01' });
const told = (...of: Parameters<typeof searchOrder>): string[] =>
  searchOrder(...of).map(({ provider, whose, chosenBy }) => `${chosenBy}: ${whose} of ${provider}`);

describe('where a key is looked for', () => {
  it('is what was asked for, and nowhere else', () =>
    expect(told({ asked: 'cohere', preference: chosen('openai'), defaults: chosen('anthropic') })).toEqual(['request: any of cohere']));
  it('is the preference, then one’s own keys, first of the default provider, then the default', () =>
    expect(told({ asked: undefined, preference: chosen('cohere'), defaults: chosen('anthropic') })).toEqual([
      'preference: any of cohere',
      'own-key: own of anthropic',
      'own-key: own of openai',
      'own-key: own of huggingface',
      'own-key: own of cohere',
      'own-key: own of replicate',
      'own-key: own of custom',
      'default: any of anthropic',
    ]));
  it('is only among one’s own keys where nobody has chosen, or what they chose is known no more', () => {
    const places = searchOrder({ asked: undefined, preference: chosen(null), defaults: chosen('gone-provider') });
    expect(new Set(places.map(({ whose }) => whose))).toEqual(new Set(['own']));
  });
});

describe('the model', () => {
  const preference = chosen('openai', { openai: 'mine' });
  const defaults = chosen('openai', { openai: 'ours', cohere: 'command' });
  it.each([
    ['openai', 'this one', 'this one'],
    ['openai', undefined, 'mine'],
    ['cohere', undefined, 'command'],
    ['anthropic', undefined, null],
  ] as const)('of %s, asked for as %s, is %s', (provider, asked, model) =>
    expect(modelFor(provider, asked, { preference, defaults })).toBe(model),
  );
});
