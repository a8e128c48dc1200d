import { describe, expect, it } from 'vitest';
import { blankAttributes } from './blank-attributes.ts';
import { jsonStrings } from './json-strings.ts';

const EXPORT = `{ "realm" : "main", "ssl":"none",\r
  "users": [
    {"id":"a","attributes":{"byok_openai_key":[ "sk-\\"1\\u00e4" ],"byok_openai_label":["sk-\\"1\\u00e4"], "phone" : ["+49"]}, "n": 1.50e+02},
    { "attributes": {"byok_openai_key": "gAAAA"}, "username":"b", "id" : "b", "credentials": [{"secretData": "{\\"value\\":\\"x\\"}"}] }
  ], "clients":[{"id":"a","attributes":{"byok_openai_key":"of a client"}}], "empty": [ ], "none": {} }
`;

describe('blanking attributes of an export', () => {
  it('takes their values and leaves all else as it was written', () => {
    const { text, left } = blankAttributes(EXPORT, ['users/a/byok_openai_key', 'users/b/byok_openai_key']);
    expect(text).toBe(
      EXPORT.replace('_key":[ "sk-\\"1\\u00e4" ]', '_key":[ "" ]').replace('"byok_openai_key": "gAAAA"', '"byok_openai_key": ""'),
    );
    expect(left).toEqual([]);
  });

  it('takes only what is named', () => {
    expect(blankAttributes(EXPORT, ['users/b/byok_openai_key']).text).toBe(EXPORT.replace('"gAAAA"', '""'));
    expect(blankAttributes(EXPORT, ['users/c/byok_openai_key']).text).toBe(EXPORT);
  });

  it('reads a bare list of users', () => {
    const text = '[{"id":"a","attributes":{"k":["v"]}}]';
    expect(blankAttributes(text, ['users/a/k'])).toEqual({ text: '[{"id":"a","attributes":{"k":[""]}}]', left: [] });
  });

  it('blanks each copy of one value, and leaves what has several: only one of them was read', () => {
    const twice =
      '[{"id":"a","attributes":{"k":["v","v",""],"k":"v","l":["1","2"]}},{"id":"a","attributes":{"m":"1"}},{"id":"a","attributes":{"m":"2"}}]';
    const { text, left } = blankAttributes(twice, ['users/a/k', 'users/a/l', 'users/a/m']);
    expect(text).toBe(twice.replace('["v","v",""],"k":"v"', '["","",""],"k":""'));
    expect(left).toEqual(['users/a/l', 'users/a/m']);
  });
});

describe('the strings of a JSON text', () => {
  it('are the values, with where they stand', () => {
    const text = ' {"a" : [true, "x\\n", {"b":null,"c":"y"}], "d":-1e5 ,"e":""} ';
    const found = jsonStrings(text);
    expect(found.map(({ path, value }) => [path.join('.'), value])).toEqual([
      ['a.1', 'x\n'],
      ['a.2.c', 'y'],
      ['e', ''],
    ]);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(['"x\\n"', '"y"', '""']);
  });

  it('may stand alone', () => expect(jsonStrings('"x"')).toEqual([{ path: [], start: 0, end: 3, value: 'x' }]));
});
