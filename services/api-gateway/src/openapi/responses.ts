import { STATUS_CODES } from 'node:http';
import { Problem } from '@keyturn/contracts/api';
import { z } from 'zod';
import type { Definition } from '../endpoint.ts';
import { PROBLEMS, type ProblemCode, problemBody } from '../problems.ts';
import { SAMPLE_REQUEST_ID } from '../samples/ids.ts';
import type { ComponentSchemas, Json } from './component-schemas.ts';
import { problemsOf } from './problems-of.ts';

const header = (name: string): Json => ({ $ref: `#/components/headers/${name}` });

/** Every status that a route can answer with: its own, then its problems, one entry a status with all codes that come with it. */
export const responsesOf = (definition: Definition, schemas: ComponentSchemas): Json => {
  const responses: Json = {};
  for (const [status, codes] of byStatus(problemsOf(definition))) responses[status] = problemAnswer(codes, schemas);
  for (const status of Object.keys(definition.answers).map(Number)) {
    const answer = ownAnswer(definition, status, schemas);
    const problem = responses[status];
    responses[status] = isJson(problem) ? { ...problem, content: { ...contentOf(problem), ...contentOf(answer) } } : answer;
  }
  return responses;
};

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const contentOf = (answer: Json): Json => (isJson(answer['content']) ? answer['content'] : {});

const ownAnswer = (definition: Definition, status: number, schemas: ComponentSchemas): Json => {
  const schema = definition.answers[status] ?? null;
  const headers = Object.fromEntries(['X-Request-Id', ...(definition.tells ?? [])].map((name) => [name, header(name)]));
  const described = { description: STATUS_CODES[status] ?? String(status), headers };
  if (schema === null) return described;
  const example = definition.example.answers[status];
  if (definition.media === 'text/event-stream') return { ...described, content: eventStream(schemas.convert(schema), example) };
  const csv = definition.alsoCsv === undefined ? {} : { 'text/csv': { schema: { type: 'string' }, example: definition.alsoCsv } };
  return { ...described, content: { 'application/json': { schema: schemas.convert(schema), example }, ...csv } };
};

/** OpenAPI 3.1 has no word for the items of a stream, so the schema of an event's data is in an extension. */
const eventStream = (data: Json, example: unknown): Json => ({
  'text/event-stream': {
    schema: {
      type: 'string',
      description: 'Server-sent events. `id` is the position, `data` one JSON object; `event: resync` asks to read anew what is shown.',
    },
    'x-event-data': data,
    example: `retry: 1000\n: open\n\nid: ${positionOf(example)}\ndata: ${JSON.stringify(example)}\n\n`,
  },
});

const positionOf = (example: unknown): number => z.looseObject({ position: z.int() }).parse(example).position;

const byStatus = (codes: readonly ProblemCode[]): ReadonlyMap<number, readonly ProblemCode[]> =>
  Map.groupBy(codes.toSorted(), (code) => PROBLEMS[code].status);

const problemAnswer = (codes: readonly ProblemCode[], schemas: ComponentSchemas): Json => {
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  const extra = [
    ...(statuses.has(401) ? ['WWW-Authenticate'] : []),
    ...(([424, 429, 503] as const).some((status) => statuses.has(status)) ? ['Retry-After'] : []),
  ];
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
    headers: Object.fromEntries(['X-Request-Id', ...extra].map((name) => [name, header(name)])),
    content: {
      'application/problem+json': {
        schema: { allOf: [schemas.convert(Problem), { properties: { code: { enum: codes } } }] },
        examples: Object.fromEntries(codes.map((code) => [code, { value: problemBody(code, SAMPLE_REQUEST_ID) }])),
      },
    },
  };
};
