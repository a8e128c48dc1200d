import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { intArray, jsonArray, textArray } from '../src/adapters/postgres/array-literals.ts';
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

it('hands any texts to Postgres as they are, and those that are none', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.string({ unit: 'binary' }))), async (given) => {
      const texts = [...given, '"', '\\', '\\"', 'a "quote", a \\, a {brace}, \u0001 and \n', 'NULL', '', ' ', null].map(
        (text) => text?.replaceAll('\0', '') ?? null, // Postgres keeps none
      );
      const rows = await database.sql<{ text: string | null }>('SELECT unnest($1::text[]) AS text', [textArray(texts)]);
      expect(rows.map((row) => row.text)).toEqual(texts);
    }),
    { numRuns: 50 },
  ));

it('hands integers to Postgres as they are, and those that are none', async () => {
  const rows = await database.sql<{ number: number | null }>('SELECT unnest($1::int[]) AS number', [intArray([1, -2, null, 0])]);
  expect(rows.map((row) => row.number)).toEqual([1, -2, null, 0]);
});
