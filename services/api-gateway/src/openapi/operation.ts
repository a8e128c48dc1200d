import { isAllowed, isPolicyAction, type Reach, type Role, ROLES } from '@keyturn/contracts/access';
import { z } from 'zod';
import type { GatewayCommandName } from '../clients/vault.ts';
import { type Definition, readsKey } from '../endpoint.ts';
import { ACCESS, type Access } from '../policy.ts';
import type { ComponentSchemas, Json } from './component-schemas.ts';
import { isWrite } from './problems-of.ts';
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

const FOR_PROGRAMS = 'by an API token or a token of the sign-in provider that names a consumer';

/** Whoever may do what comes after it may do this. */
const ONCE_BEGUN: ReadonlySet<GatewayCommandName> = new Set(['request.begin']);

/** Whom the door lets in and the policy lets do all that the operation comes to, where it is the system's or another's, or their own. */
const rolesWithin = ({ access, sends = [] }: Definition, reaches: readonly Reach[]): readonly Role[] =>
  (ACCESS[access] ?? []).filter((role) =>
    reaches.some((reach) => sends.every((name) => !isPolicyAction(name) || ONCE_BEGUN.has(name) || isAllowed(name, reach, [role]))),
  );

const isOwn = (access: Access): boolean => access === 'own-read' || access === 'own-write';

const whoMay = (definition: Definition): string => {
  const { access } = definition;
  if (access === 'public') return 'For anyone.';
  if (access === 'signed-in') return 'For anybody who is signed in.';
  if (access === 'consumer') return `For programs, ${FOR_PROGRAMS}.`;
  if (access === 'own-or-consumer')
    return `For the roles ${ROLES.join(', ')}, each for what is their own; and for programs, ${FOR_PROGRAMS}.`;
  if (isOwn(access)) return `For the roles ${rolesWithin(definition, ['own']).join(', ')}, each for what is their own.`;
  const roles = rolesWithin(definition, ['system', 'others']);
  const besides = rolesWithin(definition, ['own']).filter((role) => !roles.includes(role));
  const own = besides.length === 0 ? '' : `; and for what is their own ${besides.join(', ')}`;
  return `For the ${roles.length === 1 ? 'role' : 'roles'} ${roles.join(', ')}${own}.`;
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
