import { registerSchema, type SchemaObject, setShouldValidateFormat, validate, type Validator } from '@hyperjump/json-schema/openapi-3-1';
import '@hyperjump/json-schema/formats-lite';
import { BASIC } from '@hyperjump/json-schema/experimental';
import type { Json } from './open-api-document.ts';

setShouldValidateFormat(true);

/** Says where the value doesn't fit the schema; nothing where it does. */
export type CheckSchema = (schema: Json, value: unknown) => Promise<readonly string[]>;

const META_SCHEMA = 'https://spec.openapis.org/oas/3.1/schema-base';
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
let checkers = 0;

const faultsIn = (validator: Validator, value: unknown): readonly string[] => {
  const output = validator(value as Parameters<Validator>[0], BASIC);
  if (output.valid) return [];
  const faults = (output.errors ?? []).map((fault) => `${fault.instanceLocation} breaks ${fault.absoluteKeywordLocation}`);
  return faults.length > 0 ? faults : ['it does not fit'];
};

/** What is wrong with the document itself, by OpenAPI 3.1's own schema. */
export const faultsOfDocument = async (document: unknown): Promise<readonly string[]> => faultsIn(await validate(META_SCHEMA), document);

/**
 * Checks values against schemas of one document. Stricter than the document: a field that it doesn't name is a fault, though clients must
 * put up with one.
 */
export const schemaChecker = (components: Json): CheckSchema => {
  const base = `https://contract.test/${(checkers += 1)}`;
  const validators = new Map<string, Promise<Validator>>();
  const $defs = asStrict(components);
  const compile = (schema: Json): Promise<Validator> => {
    const uri = `${base}/${validators.size}`;
    registerSchema({ $schema: DIALECT, allOf: [asStrict(schema)], $defs } as SchemaObject, uri);
    return validate(uri);
  };
  return async (schema, value) => {
    const key = JSON.stringify(schema);
    const validator = validators.get(key) ?? compile(schema);
    validators.set(key, validator);
    return faultsIn(await validator, value);
  };
};

const asStrict = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/components/schemas/', '#/$defs/');
    if (typeof value !== 'object' || value === null || !('properties' in value) || !('type' in value)) return value;
    return 'additionalProperties' in value ? value : { ...value, additionalProperties: false };
  }) as Json;
