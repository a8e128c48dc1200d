import { describe, expect, it } from 'vitest';
import { hasDuplicateNames } from './duplicate-names.ts';

describe('names that an object has twice', () => {
  it.each([
    '{"sub":"a","sub":"b"}',
    '{"sub" : "a", "iss":"x", "s\\u0075b":"b"}',
    '{"a":{"b":1,"b":2}}',
    '[{"a":1},{"a":{},"a":2}]',
    '{"a\\"":1,"a\\"":2}',
  ])('are found in %s', (text) => {
    expect(JSON.parse(text)).toBeTypeOf('object');
    expect(hasDuplicateNames(text)).toBe(true);
  });
  it.each(['{}', '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', '{"a":"{\\"a\\":1,\\"a\\":2}"}', '{"a":"b","b":"a"}', '{"a":"x:","x:":"a"}'])(
    'are not in %s',
    (text) => {
      expect(JSON.parse(text)).toBeTypeOf('object');
      expect(hasDuplicateNames(text)).toBe(false);
    },
  );
});
