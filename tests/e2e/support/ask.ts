import { Problem } from '@keyturn/contracts/api';
import { expect, inject } from 'vitest';
import './provided-stack.ts';

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: unknown };

export type Ask = {
  readonly method?: string;
  /** The admin's when left out; null sends none. */
  readonly token?: string | null;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Asks the gateway as any HTTP client would, and keeps the answer as it came. */
export const ask = async (path: string, { method = 'GET', token, body, raw, headers }: Ask = {}): Promise<Answer> => {
  const { gatewayUrl, tokens } = inject('stack').endpoints;
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${gatewayUrl}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token ?? tokens.admin}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'GET' ? {} : { 'if-match': '*' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** The answer is a problem document with this status and this code, as RFC 9457 has it. */
export const expectProblem = (answer: Answer, status: number, code: string): Problem => {
  expect({ status: answer.status, body: answer.text }).toMatchObject({ status });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(answer.json);
  expect(problem).toMatchObject({ status, code, type: `/problems/${code}`, instance: answer.headers.get('x-request-id') });
  return problem;
};

export const CREDENTIALS = '/api/v1/admin/credentials';
export const credentialPath = (credentialId: string): string => `${CREDENTIALS}/${credentialId}`;
export const rotationsPath = (credentialId: string): string => `${CREDENTIALS}/${credentialId}/rotations`;

/** The whole of what a refused request must leave alone: every credential, with its versions and rotations. */
export const stateOfAll = async (): Promise<readonly unknown[]> => {
  const { items } = (await ask(`${CREDENTIALS}?limit=200`)).json as { items: { credentialId: string }[] };
  return await Promise.all(items.map(async ({ credentialId }) => (await ask(credentialPath(credentialId))).json));
};
