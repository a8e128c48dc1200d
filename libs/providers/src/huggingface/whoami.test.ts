import { describe, expect, it } from 'vitest';
import { whatTokenCan } from './whoami.ts';

const told = (accessToken: object | undefined): unknown =>
  whatTokenCan({ type: 'user', name: 'ada', auth: { type: 'access_token', accessToken } });
const scoped = (...permissions: string[]) => ({ entity: { type: 'org', name: 'acme' }, permissions });

describe('what a token of HuggingFace can do', () => {
  it('is its role', () => {
    expect([told({ role: 'read' }), told({ role: 'write' })]).toEqual([['read'], ['read and write']]);
  });

  it('is not made up where the role is none that we know, or there is none', () => {
    expect([told({ role: 'admin' }), told(undefined), whatTokenCan({ name: 'ada' })]).toEqual([[], [], []]);
  });

  it('is the scopes that a fine-grained one lists, each once', () => {
    const fineGrained = {
      canReadGatedRepos: true,
      global: ['inference.serverless.write'],
      scoped: [scoped('repo.content.read', 'discussion.write'), scoped('repo.content.read')],
    };
    expect(told({ role: 'fineGrained', fineGrained })).toEqual([
      'use discussion.write',
      'use inference.serverless.write',
      'use repo.content.read',
    ]);
  });

  it('is said not to be told where a fine-grained one lists none', () => {
    expect(told({ role: 'fineGrained' })).toEqual(['do what its own list says, which HuggingFace doesn’t tell']);
  });

  it('is never a text of any other form, nor a list without an end', () => {
    const many = Array.from({ length: 26 }, (_, index) => `repo.${String.fromCodePoint(97 + index)}`);
    const global = ['hf_aTokenThatSomebodyRepeats', 'Call 0900 123', ...many];
    const can = told({ role: 'fineGrained', fineGrained: { global } });
    expect(can).toHaveLength(16);
    expect(can).toContain('use 11 more scopes');
    expect(JSON.stringify(can)).not.toMatch(/hf_|0900/u);
  });

  it('is nothing at all where the answer is none of the Hub’s', () => {
    expect([whatTokenCan([]), whatTokenCan({ auth: {} })]).toEqual([null, null]);
  });
});
