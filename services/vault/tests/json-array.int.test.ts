import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonArray } from '../src/adapters/postgres/json-array.ts';
import { testLog, type TestLog } from './test-log.ts';

let database: TestLog;
beforeAll(async () => {
  database = await testLog();
});
afterAll(() => database.dispose());

it('hands JSON texts to Postgres as they are, whatever they hold', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), async (values) => {
      const texts = [...values, 'a "quote", a \\, a {brace}, \u0001 and \n', 'NULL', ''].map((value) => JSON.stringify(value));
      const rows = await database.sql<{ text: string }>('SELECT unnest($1::text[]) AS text', [jsonArray(texts)]);
      expect(rows.map((row) => row.text)).toEqual(texts);
    }),
    { numRuns: 50 },
  ));
