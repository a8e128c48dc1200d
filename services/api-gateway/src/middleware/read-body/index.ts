import { MAX_BODY_BYTES } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from '../../edge.ts';
import { problemResponse } from '../../problems.ts';

const MAY_CARRY_BODY = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const JSON_TYPE = /^application\/json\s*(;|$)/i;

/**
 * Reads the body before anything else awaits (a client that goes away later can then break nothing), and never more than the limit.
 * From here on it is only in `Sensitive`.
 */
export const readBody = (limit: number = MAX_BODY_BYTES) =>
  createMiddleware<EdgeEnv>(async (c, next) => {
    if (!MAY_CARRY_BODY.has(c.req.method)) return await next();
    const bytes = await readAll(c.req.raw, limit);
    if (bytes === 'too-large') return problemResponse('body-too-large', c.get('requestId'), { headers: { connection: 'close' } });
    if (bytes.length === 0) return await next();
    if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) return problemResponse('media-type-unsupported', c.get('requestId'));
    const text = decode(bytes);
    if (text === null) return problemResponse('malformed-json', c.get('requestId'));
    c.set('body', new Sensitive(text));
    return await next();
  });

const LENGTH = /^\d{1,15}$/;

/** A body whose length is announced has that length and no other: HTTP's own parser sees to it. Another one is counted as it comes. */
const readAll = async (request: Request, limit: number): Promise<Uint8Array | 'too-large'> => {
  const announced = request.headers.get('content-length') ?? '';
  if (!LENGTH.test(announced)) return readAtMost(request.body, limit);
  if (Number(announced) > limit) return 'too-large';
  const bytes = new Uint8Array(await request.arrayBuffer()); // without a stream in between
  return bytes.length > limit ? 'too-large' : bytes;
};

const readAtMost = async (body: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array | 'too-large'> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limit) return 'too-large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};
