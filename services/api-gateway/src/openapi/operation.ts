import { z } from 'zod';
import type { Definition } from '../endpoint.ts';
import { ACCESS } from '../policy.ts';
import type { ComponentSchemas, Json } from './component-schemas.ts';
import { isWrite, readsKey } from './problems-of.ts';
import { responsesOf } from './responses.ts';

/** One operation of the document. */
export const operationOf = (definition: Definition, schemas: ComponentSchemas): Json => {
  const { name, summary, tag } = definition;
  const parameters = parametersOf(definition, schemas);
  const body = requestBodyOf(definition, schemas);
  return {
    operationId: name,
    summary,
    tags: [tag],
    description: whoMay(definition),
    security: securityOf(definition),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null ? {} : { requestBody: body }),
    responses: responsesOf(definition, schemas),
  };
};

const whoMay = ({ access }: Definition): string => {
  if (access === 'public') return 'For anyone.';
  if (access === 'signed-in') return 'For anybody who is signed in.';
  const roles = ACCESS[access];
  return roles === null
    ? 'For programs, by an API token or a token of the sign-in provider that names a consumer.'
    : `For the roles ${roles.join(', ')}.`;
};

/** A write by cookie needs the header too; a bearer token is put on a request on purpose. */
const securityOf = (definition: Definition): readonly Json[] => {
  if (definition.access === 'public') return [];
  if (definition.access === 'consumer') return [{ bearer: [] }];
  return [{ bearer: [] }, isWrite(definition) ? { session: [], csrf: [] } : { session: [] }];
};

const parametersOf = (definition: Definition, schemas: ComponentSchemas): readonly Json[] => [
  ...parametersIn('path', definition, schemas),
  ...parametersIn('query', definition, schemas),
  ...Object.entries(definition.reads ?? {}).map(([name, { summary, schema, example }]) => ({
    name,
    in: 'header',
    description: summary,
    schema: schemas.convert(schema, 'output'),
    example: schema.parse(example),
  })),
  ...(definition.ifMatch === undefined
    ? []
    : [{ $ref: `#/components/parameters/${definition.ifMatchIsOptional ? 'If-Match-Optional' : 'If-Match'}` }]),
  ...(readsKey(definition) ? [{ $ref: '#/components/parameters/Idempotency-Key' }] : []),
];

const parametersIn = (place: 'path' | 'query', { takes, example }: Definition, schemas: ComponentSchemas): readonly Json[] => {
  const key = place === 'path' ? 'params' : 'query';
  const shape = takes.shape[key];
  if (!(shape instanceof z.ZodObject)) return [];
  const examples = z.record(z.string(), z.unknown()).catch({}).parse(example.takes?.[key]);
  return Object.entries(shape.shape).map(([name, schema]) => {
    const isRequired = place === 'path' || !schema.safeParse(undefined).success;
    return {
      name,
      in: place,
      required: isRequired,
      schema: schemas.convert(schema, 'output'),
      ...(name in examples ? { example: schema.parse(examples[name]) } : {}),
    };
  });
};

const requestBodyOf = ({ takes, example }: Definition, schemas: ComponentSchemas): Json | null => {
  const schema = takes.shape['body'];
  if (!(schema instanceof z.ZodType)) return null;
  const content = { 'application/json': { schema: schemas.convert(schema), example: example.takes?.['body'] } };
  return { required: !schema.safeParse({}).success, content }; // no body is an empty object
};
