import { describe, expect, it } from 'vitest';
import { errorWord } from './error-word.ts';

describe('one word for an error', () => {
  it('is its code', () => expect(errorWord(Object.assign(new Error('for user "x"'), { code: '28P01' }))).toBe('28P01'));
  it('is its name where it has no code', () => expect(errorWord(new TypeError('nothing'))).toBe('TypeError'));
  it('is never a sentence', () => expect(errorWord({ code: 'password "hunter2" is wrong', name: 'also a sentence' })).toBe('unnamed'));
  it('is never a secret', () => expect(errorWord({ code: 'hunter2', name: 'Refused' }, ['hunter2'])).toBe('Refused'));
  it('is there for what is no error', () => expect([errorWord('hunter2'), errorWord(null)]).toEqual(['unnamed', 'unnamed']));
});
