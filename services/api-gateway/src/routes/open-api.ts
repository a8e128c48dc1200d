import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { openApiDocument } from '../openapi/open-api-document.ts';

export type OpenApiOptions = { readonly others: readonly Definition[]; readonly sessionCookie: string };

const DEFINITION = {
  name: 'readOpenApiDocument',
  method: 'get',
  path: '/openapi.json',
  summary: 'This document',
  tag: 'Service',
  access: 'public',
  takes: z.object({}),
  reads: { 'If-None-Match': { summary: 'The `ETag` of the copy at hand', schema: z.string(), example: '"sha256-of-it"' } },
  answers: { 200: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }), 304: null },
  tells: ['ETag'],
  refuses: [],
  example: { answers: { 200: { openapi: '3.1.1', paths: {} } } },
} as const satisfies Definition;

/** The document of all other routes and of itself. It is made once: it changes with the program only. */
export const openApiRoute = ({ others, sessionCookie }: OpenApiOptions): Endpoint => {
  const text = JSON.stringify(openApiDocument({ definitions: [...others, DEFINITION], sessionCookie }));
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  const headers = { 'content-type': 'application/json', 'cache-control': 'public, no-cache', etag };
  return endpoint(DEFINITION, async (_input, { header }) =>
    isKnown(header('if-none-match'), etag) ? new Response(null, { status: 304, headers }) : new Response(text, { headers }),
  );
};

const isKnown = (known: string | undefined, etag: string): boolean =>
  (known ?? '').split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
