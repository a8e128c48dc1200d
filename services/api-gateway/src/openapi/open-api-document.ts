import type { Definition, Tag } from '../endpoint.ts';
import { type Json, componentSchemas } from './component-schemas.ts';
import { operationOf } from './operation.ts';

export type DocumentOptions = {
  readonly definitions: readonly Definition[];
  readonly sessionCookie: string;
};

const TAGS: Readonly<Record<Tag, string>> = {
  Credentials:
    'Named secrets that outside systems accept. Values are masked; only a reveal shows one, for a reason, and is recorded first.',
  'Bring your own key': 'Keys for language models that people bring along (BYOK): each caller’s own, and nobody else’s. In snake_case.',
  'Language models': 'Which provider, model and key are used for whom, where none is named. In snake_case.',
  'Execution servers': 'Where programs run what people ask for, one’s own and the system’s. In snake_case.',
  Rotations: 'Replacing a value: tested before the commit, revoked after the proof that it is unused.',
  Consumers: 'Services that use credentials, and who of them holds which version.',
  'Key ring': 'The keys under which everything in the vault is wrapped: add, activate, re-wrap, retire.',
  Backups: "Backups into the folder on the vault's host, and what follows when one was restored.",
  Events: 'What happened, as it happens and afterwards.',
  Identity: 'Who calls, and whom secrets are sealed to.',
  Service: 'The gateway itself.',
};

const DESCRIPTION = [
  'A "no" is `application/problem+json` (RFC 9457); rely on its `code`.',
  'Every answer carries `X-Request-Id`; a problem has it as `instance`.',
  'What is not read as far as an operation is such a problem too, whatever the address: `request-unreadable` (400), `request-too-slow` (408),',
  '`expectation-unknown` (417), `headers-too-large` (431; they may be 16 KiB together).',
  'Names are camelCase; snake_case in the chapters that say so, in the short form of `POST /api/v1/admin/credentials` and at `/api/v1/credentials/resolve`.',
  'Repeat a write with the same `Idempotency-Key`: it runs once, and every repeat gets its verdict.',
].join(' ');

/** The API as an OpenAPI 3.1 document, made of the routes' own definitions. */
export const openApiDocument = ({ definitions, sessionCookie }: DocumentOptions): Json => {
  const schemas = componentSchemas();
  const paths: Record<string, Json> = {};
  for (const definition of definitions) {
    paths[definition.path] = { ...paths[definition.path], [definition.method]: operationOf(definition, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Keyturn', version: '1', description: DESCRIPTION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: schemas.used(), parameters: PARAMETERS, headers: HEADERS, securitySchemes: securitySchemes(sessionCookie) },
  };
};

const text = (pattern?: string): Json => ({ type: 'string', ...(pattern === undefined ? {} : { pattern }) });

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  schema: text('^(\\*|"[^"]{1,100}")$'),
  example: '"1.9"',
};

const PARAMETERS = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'The same key by the same caller is answered with the first run’s verdict for 7 days; with another body it is `command-reused`.',
    schema: text('^[!-~]{1,200}$'),
    example: 'rotate-orders-2026-q1',
  },
  'If-Match': {
    ...IF_MATCH,
    required: true,
    description:
      'The `ETag` of what was read: where it is another one now, the answer is 412. `*` is any; `"none"` is for making what isn’t there.',
  },
  'If-Match-Optional': {
    ...IF_MATCH,
    description: 'The `ETag` of what was read: where it is another one now, the answer is 412. Without it any will do.',
  },
};

const HEADERS = {
  'X-Request-Id': { description: 'Names this exchange in the logs.', required: true, schema: { type: 'string', format: 'uuid' } },
  'WWW-Authenticate': { description: 'How to show who you are.', required: true, schema: text('^Bearer ') },
  'Retry-After': { description: 'Seconds to wait before the next try.', schema: text('^[0-9]+$') },
  Location: { description: 'Where to go on.', required: true, schema: { type: 'string', format: 'uri-reference' } },
  ETag: { description: 'For `If-None-Match`; of what can be changed for `If-Match`.', required: true, schema: text('^"') },
};

const securitySchemes = (sessionCookie: string): Json => ({
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token of the identity provider (RFC 9068: type `at+jwt`, audience `keyturn-api`, claim `roles`). Where an operation is for programs, ' +
      'one that names a consumer, or an API token of a consumer (`kt_…`), which is no JWT.',
  },
  session: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'What signing in at `/auth/login` leaves in the browser.' },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Requested-With',
    description: 'Always `keyturn`. A write by cookie needs it, and must come from the page’s own origin.',
  },
});
