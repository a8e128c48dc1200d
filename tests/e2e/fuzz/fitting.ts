import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';

const Json = z.record(z.string(), z.unknown());
type Json = z.infer<typeof Json>;
type Schemas = Json;

/** In every string that isn't bound to a form, so that an answer which quotes one is found. No slug, id or pattern of ours fits it. */
export const CANARY = 'KT_CANARY_said';
/** In every secret. */
export const SECRET_CANARY = 'KT_CANARY_secret';

const SECRET_FIELDS = new Set(['secret', 'api_key', 'apiKey', 'secretFields', 'password', 'token']);
const BY_FORMAT: Readonly<Record<string, Arbitrary<string>>> = {
  uuid: fc.uuid({ version: 7 }),
  'date-time': fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map((at) => at.toISOString()),
  date: fc.constant('2026-02-03'),
  uri: fc.constant('https://fuzz.invalid/path'),
};

const json = (value: unknown): Json => Json.catch({}).parse(value);
const list = (value: unknown): readonly unknown[] => z.array(z.unknown()).catch([]).parse(value);
const whole = (value: unknown, otherwise: number): number => z.number().catch(otherwise).parse(value);

const stringOf = (schema: Json, canary: string): Arbitrary<string> => {
  const { pattern, format } = schema;
  const made = typeof format === 'string' ? BY_FORMAT[format] : undefined;
  if (made !== undefined) return made;
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'));
  const longest = Math.min(whole(schema['maxLength'], 60), 60);
  return fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `${canary}${text}`.slice(0, Math.max(1, longest)));
};

const objectOf = (schema: Json, schemas: Schemas, canary: string): Arbitrary<unknown> => {
  const required = list(schema['required']);
  const named = Object.entries(json(schema['properties'])).map(
    ([name, inner]) => [name, fitting(json(inner), schemas, SECRET_FIELDS.has(name) ? SECRET_CANARY : canary)] as const,
  );
  const others = schema['additionalProperties'];
  if (named.length > 0 || typeof others !== 'object') {
    return fc.record(Object.fromEntries(named), { requiredKeys: named.map(([name]) => name).filter((name) => required.includes(name)) });
  }
  const keys = fc.constantFrom('host', 'port', 'database', 'username', 'password', 'token', 'value', 'apiKey');
  return fc.dictionary(keys, fitting(json(others), schemas, canary), { maxKeys: 4 });
};

const numberOf = (schema: Json): Arbitrary<number> =>
  fc.integer({ min: whole(schema['minimum'], -5), max: Math.min(whole(schema['maximum'], 1_000_000), 1_000_000) });

const BY_TYPE: Readonly<Record<string, (schema: Json, schemas: Schemas, canary: string) => Arbitrary<unknown>>> = {
  string: (schema, _schemas, canary) => stringOf(schema, canary),
  integer: numberOf,
  number: numberOf,
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  array: (schema, schemas, canary) => fc.array(fitting(json(schema['items']), schemas, canary), { maxLength: 3 }),
  object: objectOf,
};

/** Values that fit a schema of the document; not what only the code checks besides. */
export const fitting = (schema: Json, schemas: Schemas, canary: string = CANARY): Arbitrary<unknown> => {
  const { $ref, type } = schema;
  if (typeof $ref === 'string') return fitting(json(schemas[$ref.split('/').at(-1) ?? '']), schemas, canary);
  if ('const' in schema) return fc.constant(schema['const']);
  const options = list(schema['enum']);
  if (options.length > 0) return fc.constantFrom(...options);
  const forms = [...list(schema['anyOf']), ...list(schema['oneOf']), ...list(schema['allOf'])];
  if (forms.length > 0) return fc.oneof(...forms.map((form) => fitting(json(form), schemas, canary)));
  return BY_TYPE[String(Array.isArray(type) ? type[0] : type)]?.(schema, schemas, canary) ?? fc.jsonValue({ maxDepth: 2 });
};
