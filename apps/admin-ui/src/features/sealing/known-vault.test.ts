import { describe, expect, it } from 'vitest';
import { knownVault } from './known-vault.ts';

const storage = (content: string | null = null) => {
  let kept = content;
  return {
    getItem: () => kept,
    setItem: (_place: string, text: string) => {
      kept = text;
    },
  };
};
const at = () => Date.parse('2026-11-22T14:00:00Z');

describe('the vault that this browser knows', () => {
  it('is nobody at first', () => expect(knownVault(storage(), at).read()).toBeNull());
  it('is the one that was trusted', () => {
    const memory = knownVault(storage(), at);
    expect(memory.trust('one')).toBe(true);
    expect(memory.read()).toEqual({ identity: 'one', since: '2026-11-22T14:00:00.000Z' });
  });
  it.each(['nonsense', '{}', '[]', '{"identity":7}'])('is nobody where %j was kept', (text) =>
    expect(knownVault(storage(text), at).read()).toBeNull(),
  );
  it('is nobody where the browser forbids storage', () => {
    const forbidden = () => {
      throw new Error('SecurityError');
    };
    const memory = knownVault({ getItem: forbidden, setItem: forbidden }, at);
    expect(memory.trust('one')).toBe(false);
    expect(memory.read()).toBeNull();
  });
});
