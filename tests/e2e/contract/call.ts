import { randomUUID } from 'node:crypto';
import { exchangeOf, openApiContract, type OpenApiContract } from '@keyturn/testkit/open-api';
import { expect, inject } from 'vitest';
import { type Answer, type Ask, ask } from '../support/ask.ts';

const { endpoints } = inject('stack');
export const NOBODY = '0198c2f4-7d1e-7c3a-9b52-4f0d6a1e8c33';
export const admin = { authorization: `Bearer ${endpoints.tokens.admin}` };
export const json = { 'content-type': 'application/json' };
let contract: OpenApiContract | null = null;

/** The running gateway's own document; one for all that a file asks, so that it knows what nobody asked. */
export const documentedContract = async (): Promise<OpenApiContract> => (contract ??= openApiContract((await ask('/openapi.json')).json));

/** Asks the running gateway, and expects the answer to be as its own document has it. */
export const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const stop = new AbortController();
  const any = init.method === undefined ? {} : { 'if-match': '*' };
  const headers = { ...admin, ...any, ...Object.fromEntries(new Headers(init.headers)) };
  const response = await fetch(`${endpoints.gatewayUrl}${path}`, { redirect: 'manual', signal: stop.signal, ...init, headers });
  const documented = await documentedContract();
  expect(await documented.violations(await exchangeOf(init.method ?? 'GET', path, response))).toEqual([]);
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) stop.abort();
  return response;
};

/** `ask`, where the answer must be as the document has it. */
export const askDocumented = async (path: string, how: Ask = {}): Promise<Answer> => {
  const answer = await ask(path, how);
  const { status, headers, text } = answer;
  const documented = await documentedContract();
  expect(await documented.violations({ method: how.method ?? 'GET', url: path, status, headers, body: text })).toEqual([]);
  return answer;
};

export const registration = (name: string) => ({
  address: `system.postgres.${name}`,
  credentialType: 'database_password',
  publicFields: { host: '127.0.0.1', port: '5432', database: 'orders', username: name },
  secretFields: { password: randomUUID() },
  untested: 'import',
});
