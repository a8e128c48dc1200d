import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sensitive } from './sensitive.ts';

describe('Sensitive', () => {
  const secret = new Sensitive('hunter2');
  it('hands the value out only when revealed', () => expect(secret.reveal()).toBe('hunter2'));
  it.each([
    ['JSON', JSON.stringify({ secret })],
    ['a template string', `the ${String(secret)}`],
    ['concatenation', ''.concat(String(secret))],
    ['the inspector', inspect({ secret }, { depth: 9, showHidden: true })],
    ['an error message', new Error(String(secret)).message],
  ])('does not show in %s', (_where, text) => {
    expect(text).toContain('[sensitive]');
    expect(text).not.toContain('hunter2');
  });
});
